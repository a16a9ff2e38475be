package org.securebackend.runner.yaml;

import java.util.List;

/** What became of reading a file. */
public sealed interface YamlReading {

    /** It was read. An empty file is a null. */
    record Tree(YamlNode root) implements YamlReading {}

    /**
     * It cannot be used.
     *
     * @param problems at least one, in the order of the file
     */
    record Unreadable(List<YamlProblem> problems) implements YamlReading {
        public Unreadable {
            problems = List.copyOf(problems);
        }
    }
}
