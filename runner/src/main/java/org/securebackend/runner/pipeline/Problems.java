package org.securebackend.runner.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.securebackend.runner.yaml.Position;
import org.securebackend.runner.yaml.YamlNode;

/** Gathers what is wrong with a file. Lists a thousand problems and counts the rest. */
final class Problems {
    private static final int MOST = 1000;

    private final List<Problem> listed = new ArrayList<>();
    private int found;

    void at(YamlNode node, String path, String message) {
        at(node.position(), path, message);
    }

    void at(Position position, String path, String message) {
        found++;
        if (listed.size() < MOST) {
            listed.add(new Problem(position.line(), position.column(), path, message));
        }
    }

    /** How many were found so far. */
    int count() {
        return found;
    }

    /** What was found, in the order of the file. */
    List<Problem> inOrder() {
        var ordered = new ArrayList<>(listed);
        ordered.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
        if (found > listed.size()) {
            ordered.add(
                    new Problem(
                            0, 0, "", (found - listed.size()) + " more problems are not listed"));
        }
        return ordered;
    }
}
