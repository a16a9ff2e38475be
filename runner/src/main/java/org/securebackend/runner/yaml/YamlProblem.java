package org.securebackend.runner.yaml;

/** Why a text is not YAML that we read, for its author. */
public record YamlProblem(Position position, String message) {}
