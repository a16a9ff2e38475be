package org.securebackend.runner.store.v2;

import java.util.ArrayList;
import java.util.List;

/** What an operator should know of the import, a line each and not without end. */
final class V2Notes {
    private static final int MOST = 200;

    private final List<String> lines = new ArrayList<>();
    private int more;

    void add(String line) {
        if (lines.size() < MOST) {
            lines.add(line);
        } else {
            more++;
        }
    }

    List<String> lines() {
        var all = new ArrayList<>(lines);
        if (more > 0) {
            all.add("and %d more of the kind".formatted(more));
        }
        return List.copyOf(all);
    }
}
