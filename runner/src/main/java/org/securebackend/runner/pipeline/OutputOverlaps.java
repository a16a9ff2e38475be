package org.securebackend.runner.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.securebackend.runner.pipeline.OutputSpec.Output;

/** Finds outputs of one action that could name the same file at different levels. */
final class OutputOverlaps {
    /** Comparing is quadratic; nobody who has more patterns reads more warnings. */
    private static final int MOST_PATTERNS = 200;

    private OutputOverlaps() {}

    /** Two outputs, the one that stands first in the order of levels first. */
    record Overlap(Output first, Output second) {
        /** Says which level a file gets that both name. */
        String message() {
            return "%s and %s (%s) can name the same file; %s"
                    .formatted(
                            second.pattern(),
                            first.pattern(),
                            first.level().key(),
                            "it then is " + winner().level().key() + outcome());
        }

        private Output winner() {
            return second.pattern().isExact() && !first.pattern().isExact() ? second : first;
        }

        private String outcome() {
            return winner().equals(second)
                    ? ", since an exact path counts before one with *"
                    : ", the more restrictive level";
        }
    }

    /** All overlaps between different levels, in the order of {@code outputs}. */
    static List<Overlap> of(List<Output> outputs) {
        var overlaps = new ArrayList<Overlap>();
        if (outputs.size() > MOST_PATTERNS) {
            return overlaps;
        }
        for (int i = 0; i < outputs.size(); i++) {
            for (int j = i + 1; j < outputs.size(); j++) {
                Output first = outputs.get(i);
                Output second = outputs.get(j);
                if (first.level() != second.level()
                        && intersect(first.pattern().text(), second.pattern().text())) {
                    overlaps.add(new Overlap(first, second));
                }
            }
        }
        return overlaps;
    }

    /** Whether some path matches both patterns: walks both at once, row by row. */
    static boolean intersect(String one, String other) {
        boolean[] row = new boolean[other.length() + 1];
        for (int i = one.length(); i >= 0; i--) {
            boolean[] next = row;
            row = new boolean[other.length() + 1];
            for (int j = other.length(); j >= 0; j--) {
                row[j] = meet(one, i, other, j, row, next);
            }
        }
        return row[0];
    }

    /** Whether the rests from {@code i} and {@code j} meet; rows tell of the rests behind them. */
    private static boolean meet(
            String one, int i, String other, int j, boolean[] row, boolean[] next) {
        if (i == one.length() && j == other.length()) {
            return true;
        }
        if (i < one.length() && one.charAt(i) == '*') {
            boolean takesMore = j < other.length() && other.charAt(j) != '/' && row[j + 1];
            return next[j] || takesMore;
        }
        if (j < other.length() && other.charAt(j) == '*') {
            boolean takesMore = i < one.length() && one.charAt(i) != '/' && next[j];
            return row[j + 1] || takesMore;
        }
        return i < one.length()
                && j < other.length()
                && one.charAt(i) == other.charAt(j)
                && next[j + 1];
    }
}
