package org.securebackend.runner.server;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.securebackend.runner.pipeline.ShellWords;

/** Times, commands and messages as the server can store them. */
final class WireText {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final int LONGEST_MESSAGE = 10_000;

    private WireText() {}

    /** UTC with whole seconds, cut, not rounded: {@code 2022-08-16T11:05:00Z}. */
    static String seconds(Instant time) {
        return SECONDS.format(time) + "Z";
    }

    /** UTC with six fractional digits, or none if all would be zero. */
    static String micros(Instant time) {
        Instant cut = time.truncatedTo(ChronoUnit.MICROS);
        int micros = cut.get(ChronoField.MICRO_OF_SECOND);
        String fraction = micros == 0 ? "" : String.format(Locale.ROOT, ".%06d", micros);
        return SECONDS.format(cut) + fraction + "Z";
    }

    /** A command on one line, words quoted as for a shell where they need it. */
    static String command(List<String> words) {
        return storable(ShellWords.join(words));
    }

    /** A message of bounded length. */
    static String message(String text) {
        String storable = storable(text);
        if (storable.length() <= LONGEST_MESSAGE) {
            return storable;
        }
        int end =
                LONGEST_MESSAGE
                        - (Character.isHighSurrogate(storable.charAt(LONGEST_MESSAGE - 1)) ? 1 : 0);
        return storable.substring(0, end) + "\u2026";
    }

    /**
     * Without NUL and half surrogate pairs, which the server's database cannot hold: one of them
     * would have the whole report refused.
     */
    static String storable(String text) {
        return text.codePoints()
                .map(point -> isStorable(point) ? point : '\ufffd')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isStorable(int point) {
        return point != 0 && Character.getType(point) != Character.SURROGATE;
    }
}
