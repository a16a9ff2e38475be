package org.securebackend.runner.pipeline;

import java.util.Optional;
import org.securebackend.runner.yaml.YamlNode;
import org.securebackend.runner.yaml.YamlScalar;

/** Strings in a tree. */
final class Names {
    private Names() {}

    /** The node's string, if it is one. */
    static Optional<String> string(YamlNode node) {
        return node instanceof YamlScalar scalar ? scalar.string() : Optional.empty();
    }

    /** The node as it is shown within a message, with a blank in front; empty for collections. */
    static String shown(YamlNode node) {
        return node instanceof YamlScalar scalar ? " \"" + scalar.text() + "\"" : "";
    }
}
