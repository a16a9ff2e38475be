package org.securebackend.runner.outputs.release;

/**
 * Cuts a text into lines at every character that some program takes for the end of one; of an
 * endless line it keeps no more than may be. Colours and other orders to a terminal are left out.
 */
final class Lines {
    private static final char ESCAPE = '\u001B';

    private final Line next;
    private final int longestLine;
    private final StringBuilder line = new StringBuilder();
    private Order order = Order.NONE;
    private long length;
    private long longest;

    /** Takes a line without its end. */
    @FunctionalInterface
    interface Line {
        void line(String line);
    }

    /** How far into an order to a terminal the text is. */
    private enum Order {
        NONE,
        ESCAPED,
        PARAMETERS
    }

    Lines(int longestLine, Line next) {
        this.longestLine = longestLine;
        this.next = next;
    }

    void next(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            next(text.charAt(i));
        }
    }

    void next(char character) {
        switch (character) {
            case '\n', '\r', '\u000B', '\f', '\u0085', '\u2028', '\u2029' -> end();
            default -> {
                length++;
                if (order != Order.NONE || character == ESCAPE) {
                    order = after(character);
                } else if (line.length() < longestLine) {
                    line.append(character);
                }
            }
        }
    }

    private Order after(char character) {
        return switch (order) {
            case NONE -> Order.ESCAPED;
            case ESCAPED -> character == '[' ? Order.PARAMETERS : Order.NONE;
            case PARAMETERS -> character >= '@' && character <= '~' ? Order.NONE : order;
        };
    }

    /** The text or a part of it is over. */
    void end() {
        longest = Math.max(longest, length);
        next.line(line.toString());
        line.setLength(0);
        length = 0;
        order = Order.NONE;
    }

    /** Characters of the longest line so far. */
    long longest() {
        return longest;
    }
}
