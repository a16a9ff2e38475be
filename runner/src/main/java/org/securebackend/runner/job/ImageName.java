package org.securebackend.runner.job;

/** An image as a plan names it, with its registry prefix: {@code registry/python:v2}. */
public record ImageName(String value) {
    public ImageName {
        if (value.isBlank()) {
            throw new IllegalArgumentException("an image name cannot be blank");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
