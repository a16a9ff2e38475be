package org.securebackend.runner.job;

import org.securebackend.runner.pipeline.RunCommand;

/** An image as a plan names it, with its registry prefix: {@code registry/python:v2}. */
public record ImageName(String value) {
    public ImageName {
        if (value.isBlank()) {
            throw new IllegalArgumentException("an image name cannot be blank");
        }
    }

    /** The image of a command: {@code registry/name:version}. */
    public static ImageName of(String registry, RunCommand command) {
        return new ImageName(registry + "/" + command.image() + ":" + command.version());
    }

    @Override
    public String toString() {
        return value;
    }
}
