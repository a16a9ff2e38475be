package org.securebackend.runner.outputs;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Keeps the first so many of what is added, by their texts: the same ones whatever the order in
 * which they come, and never more, however many come.
 */
final class BoundedList<T> {
    private final int most;
    private final TreeSet<T> kept;

    BoundedList(int most, Function<T, String> text) {
        this.most = most;
        this.kept = new TreeSet<>(Comparator.comparing(text));
    }

    static BoundedList<String> ofTexts(int most) {
        return new BoundedList<>(most, text -> text);
    }

    void add(T element) {
        kept.add(element);
        if (kept.size() > most) {
            kept.pollLast();
        }
    }

    List<T> sorted() {
        return List.copyOf(kept);
    }
}
