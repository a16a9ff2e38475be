package org.securebackend.runner.docker;

import java.util.HashSet;
import java.util.Set;

/**
 * Names of files that have other names too. Of more than fit into some memory, none is kept, and
 * then every file may be one.
 */
final class LinkedNames {
    private static final int MOST_WEIGHT = 16 << 20;
    private static final int WEIGHT_OF_ANY = 64;

    private final Set<String> names = new HashSet<>();
    private int weight;

    void add(String name) {
        if (weight <= MOST_WEIGHT && names.add(name)) {
            weight += name.length() + WEIGHT_OF_ANY;
        }
        if (weight > MOST_WEIGHT) {
            names.clear();
        }
    }

    boolean mayHold(String name) {
        return weight > MOST_WEIGHT || names.contains(name);
    }
}
