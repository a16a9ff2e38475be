package org.securebackend.runner.pipeline;

import java.util.Set;

/**
 * The images that actions run in. Any other name is a reusable action (project-yaml spec, sections
 * 7 and 10).
 */
public final class AllowedImages {
    private static final Set<String> CURRENT =
            Set.of("ehrql", "stata-mp", "r", "jupyter", "python", "sqlrunner");

    /** Runnable by projects of old versions alone. */
    private static final Set<String> OLD = Set.of("cohortextractor", "databuilder");

    private static final double FIRST_VERSION_WITHOUT_OLD = 4;

    private AllowedImages() {}

    /** The names that projects of today's versions may use. */
    public static Set<String> current() {
        return CURRENT;
    }

    /** Whether that is the name of an image, for a project of any version. */
    public static boolean contains(String image) {
        return CURRENT.contains(image) || OLD.contains(image);
    }

    /** Whether that image is kept for projects of old versions alone. */
    static boolean isDeprecated(String image) {
        return OLD.contains(image);
    }

    /** Whether a project of that version may run that image. */
    public static boolean contains(String image, double projectVersion) {
        return CURRENT.contains(image)
                || (projectVersion < FIRST_VERSION_WITHOUT_OLD && OLD.contains(image));
    }
}
