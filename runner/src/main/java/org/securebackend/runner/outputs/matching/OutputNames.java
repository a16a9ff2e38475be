package org.securebackend.runner.outputs.matching;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which names storage can hold: also when it is shared with Windows, where output checkers work.
 */
public final class OutputNames {
    private static final String RESERVED_FOLDER = "metadata";
    private static final String FORBIDDEN = "<>:\"|?*\\";
    private static final Set<String> DEVICES =
            Set.of(
                    "con", "prn", "aux", "nul", "conin$", "conout$", "com0", "com1", "com2", "com3",
                    "com4", "com5", "com6", "com7", "com8", "com9", "lpt0", "lpt1", "lpt2", "lpt3",
                    "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9");

    private OutputNames() {}

    /**
     * How long and deep a path may be.
     *
     * @param nameBytes of each part, in UTF-8
     */
    public record Bounds(int depth, int nameBytes, int pathBytes) {}

    /** Why a path cannot be kept, for the job's log; empty if it can. */
    public static Optional<String> problem(String path, Bounds bounds) {
        String[] parts = path.split("/", -1);
        if (fold(parts[0]).equals(RESERVED_FOLDER)) {
            return Optional.of("the folder metadata belongs to the backend");
        }
        if (parts.length > bounds.depth()) {
            return Optional.of("more than %d folders deep".formatted(bounds.depth()));
        }
        if (bytes(path) > bounds.pathBytes()) {
            return Optional.of("path longer than %d bytes".formatted(bounds.pathBytes()));
        }
        for (String part : parts) {
            Optional<String> problem = problemOfName(part, bounds);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> problemOfName(String name, Bounds bounds) {
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            return Optional.of("not a plain relative path");
        }
        if (bytes(name) > bounds.nameBytes()) {
            return Optional.of("a name longer than %d bytes".formatted(bounds.nameBytes()));
        }
        if (name.codePoints().anyMatch(OutputNames::isUnprintable)) {
            return Optional.of("a name with characters that cannot be printed");
        }
        if (name.codePoints().anyMatch(character -> FORBIDDEN.indexOf(character) >= 0)) {
            return Optional.of("a name with a character that a Windows share cannot hold");
        }
        if (name.endsWith(".") || name.endsWith(" ")) {
            return Optional.of("a name that ends with a dot or a blank");
        }
        if (DEVICES.contains(stem(name))) {
            return Optional.of("a name that Windows keeps for a device");
        }
        return Optional.empty();
    }

    /** Controls, invisible and direction characters, halves of characters, undecodable bytes. */
    static boolean isUnprintable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            default -> character == 0xFFFD;
        };
    }

    /** Device names are reserved with any extension, also with blanks before it. */
    private static String stem(String name) {
        int dot = name.indexOf('.');
        String stem = dot < 0 ? name : name.substring(0, dot);
        return fold(stem.strip());
    }

    /**
     * The same for all paths that a storage without letter case cannot tell apart, however their
     * characters are composed.
     */
    public static String fold(String path) {
        return Normalizer.normalize(path, Normalizer.Form.NFKC)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
    }

    /** A path as it may be shown: what cannot be printed as {@code \}{@code u}, cut if endless. */
    public static String printable(String path) {
        int most = 300;
        var shown = new StringBuilder();
        path.codePoints()
                .limit(most)
                .forEach(character -> {
                    if (isUnprintable(character)) {
                        shown.append("\\u%04x".formatted(character));
                    } else {
                        shown.appendCodePoint(character);
                    }
                });
        return path.codePointCount(0, path.length()) > most ? shown + "..." : shown.toString();
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
