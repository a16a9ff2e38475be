package org.securebackend.runner.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Columns as wide as their longest cell, two blanks between them. Where there is a width, the last
 * column gets what the others leave.
 */
final class Table {
    private static final int GAP = 2;
    private static final int LEAST_LAST = 10;
    private static final String CUT = "…";

    private final List<List<String>> rows = new ArrayList<>();
    private final OptionalInt width;

    /** However wide it becomes. */
    Table(String... headings) {
        this(OptionalInt.empty(), headings);
    }

    /**
     * @param width of a line; empty: however wide it becomes
     */
    Table(OptionalInt width, String... headings) {
        this.width = width;
        rows.add(List.of(headings));
    }

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    /** The text, or its beginning and a sign that there was more. */
    static String cut(String text, int most) {
        if (text.codePointCount(0, text.length()) <= most) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, Math.max(0, most - 1))) + CUT;
    }

    void print(PrintWriter out) {
        int last = rows.getFirst().size() - 1;
        int[] widths = new int[last + 1];
        for (List<String> row : rows) {
            for (int i = 0; i <= last; i++) {
                widths[i] = Math.max(widths[i], length(row.get(i)));
            }
        }
        int before = 0;
        for (int i = 0; i < last; i++) {
            before += widths[i] + GAP;
        }
        int left =
                width.isPresent()
                        ? Math.max(LEAST_LAST, width.getAsInt() - before)
                        : Integer.MAX_VALUE;
        for (List<String> row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < last; i++) {
                line.append(row.get(i)).repeat(' ', widths[i] - length(row.get(i)) + GAP);
            }
            out.println(line.append(cut(row.get(last), left)).toString().stripTrailing());
        }
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
