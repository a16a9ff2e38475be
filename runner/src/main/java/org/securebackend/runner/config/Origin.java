package org.securebackend.runner.config;

import java.nio.file.Path;

/** Where a setting's value came from. */
public sealed interface Origin {

    /** Nobody said anything. */
    record Default() implements Origin {
        @Override
        public String toString() {
            return "default";
        }
    }

    /** A line of the configuration file. */
    record File(Path path, int line) implements Origin {
        @Override
        public String toString() {
            return path + ":" + line;
        }
    }

    /** An environment variable; for a secret, perhaps one that names a file. */
    record Variable(String name) implements Origin {
        @Override
        public String toString() {
            return name;
        }
    }
}
