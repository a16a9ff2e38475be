package org.securebackend.runner.yaml;

/**
 * A value in a YAML file. A value that is used again by an alias is the same object; the reader
 * bounds how much aliases add. No value contains itself, and none is nested deeper than {@link
 * YamlReader#DEEPEST}.
 */
public sealed interface YamlNode permits YamlMapping, YamlSequence, YamlScalar {

    /** Where it begins; for an aliased value, where it was first written. */
    Position position();
}
