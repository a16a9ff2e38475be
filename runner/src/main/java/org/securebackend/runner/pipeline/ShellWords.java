package org.securebackend.runner.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Commands as text and as words, like a POSIX shell without any expansion (project-yaml spec,
 * section 4). Splitting what was joined gives the same words.
 */
public final class ShellWords {
    private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private ShellWords() {}

    /** What became of splitting. */
    public sealed interface Split {

        /** The words; none if there were only blanks. */
        record Words(List<String> words) implements Split {
            public Words {
                words = List.copyOf(words);
            }
        }

        /** The text ends within a quote or after a backslash. */
        record Unfinished(String message) implements Split {}
    }

    /** Splits a command into its words. */
    public static Split split(String command) {
        return new Splitter(command).split();
    }

    /** Joins words to a command, quoted where a shell needs it. */
    public static String join(List<String> words) {
        return words.stream().map(ShellWords::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return BARE.matcher(word).matches() ? word : "'" + word.replace("'", "'\"'\"'") + "'";
    }

    /** One pass over one command. */
    private static final class Splitter {
        private final String command;
        private final List<String> words = new ArrayList<>();
        private final StringBuilder word = new StringBuilder();
        private boolean inWord;
        private int next;

        Splitter(String command) {
            this.command = command;
        }

        Split split() {
            while (next < command.length()) {
                int start = next;
                char character = command.charAt(next++);
                boolean finished =
                        switch (character) {
                            case ' ', '\t', '\r', '\n' -> endWord();
                            case '\'' -> literal();
                            case '"' -> escapable();
                            case '\\' -> escaped();
                            default -> plain(character);
                        };
                if (!finished) {
                    return new Split.Unfinished(complaint(start));
                }
            }
            endWord();
            return new Split.Words(words);
        }

        private String complaint(int start) {
            if (command.charAt(start) == '\\') {
                return "the command ends in a backslash with nothing behind it";
            }
            return "the quote "
                    + command.charAt(start)
                    + " at character "
                    + (command.codePointCount(0, start) + 1)
                    + " of the command is never closed";
        }

        private boolean endWord() {
            if (inWord) {
                words.add(word.toString());
                word.setLength(0);
                inWord = false;
            }
            return true;
        }

        private boolean plain(char character) {
            word.append(character);
            inWord = true;
            return true;
        }

        private boolean escaped() {
            return next < command.length() && plain(command.charAt(next++));
        }

        private boolean literal() {
            inWord = true;
            int end = command.indexOf('\'', next);
            if (end < 0) {
                return false;
            }
            word.append(command, next, end);
            next = end + 1;
            return true;
        }

        private boolean escapable() {
            inWord = true;
            while (next < command.length()) {
                char character = command.charAt(next++);
                if (character == '"') {
                    return true;
                }
                if (character == '\\' && next < command.length() && isEscapable(next)) {
                    word.append(command.charAt(next++));
                } else {
                    word.append(character);
                }
            }
            return false;
        }

        private boolean isEscapable(int index) {
            return command.charAt(index) == '"' || command.charAt(index) == '\\';
        }
    }
}
