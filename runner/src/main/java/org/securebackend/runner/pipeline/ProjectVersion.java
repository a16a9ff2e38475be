package org.securebackend.runner.pipeline;

/**
 * Which rules hold in which version of project.yaml (project-yaml spec, section 2).
 *
 * @param number a finite number up to {@link #NEWEST}, or not a number if the file's is unusable:
 *     then only those rules hold that hold in every version
 */
record ProjectVersion(double number) {
    static final double NEWEST = 5;
    static final ProjectVersion UNKNOWN = new ProjectVersion(Double.NaN);

    boolean isOutdated() {
        return number < NEWEST;
    }

    boolean wantsDistinctOutputs() {
        return number >= 2;
    }

    /** Exactly 3: fractions beside it take the default size. */
    boolean wantsExpectations() {
        return number == 3;
    }

    boolean forbidsExpectations() {
        return number >= 4;
    }

    boolean forbidsCohortextractor() {
        return number >= 4;
    }

    boolean reservesRunAll() {
        return number >= 5;
    }

    boolean forbidsLatest() {
        return number >= 5;
    }
}
