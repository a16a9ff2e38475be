package org.securebackend.runner.yaml;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The parser's complaints in words that help a study's author. */
final class SyntaxMessage {
    private record Known(String start, String ours) {}

    private static final String TAB =
            "a tab cannot be used here; indent with spaces, and put text that begins with a tab in"
                    + " quotes";

    private static final List<Known> KNOWN =
            List.of(
                    new Known(
                            "mapping values are not allowed here",
                            "a colon cannot stand here; check the indentation, or put text with a"
                                    + " colon and a space in quotes"),
                    new Known(
                            "could not find expected ':'",
                            "there is no colon after this key; a key takes one line and ends with a"
                                    + " colon and a space"),
                    new Known("found character '\\t", TAB),
                    new Known(
                            "found character",
                            "text cannot begin with this character; put it in quotes"),
                    new Known(
                            "expected alphabetic or numeric character",
                            "an unquoted * or & begins an alias or anchor; put text that begins"
                                    + " so in quotes"),
                    new Known(
                            "expected <block end>",
                            "this line does not belong to what stands above it; check the"
                                    + " indentation and the quotes"),
                    new Known(
                            "expected ',' or ']'",
                            "the list is not closed; a comma or ] is missing"),
                    new Known(
                            "expected ',' or '}'",
                            "the mapping is not closed; a comma or } is missing"),
                    new Known(
                            "found unexpected end of stream", "a quote is opened and never closed"),
                    new Known(
                            "found unexpected document separator",
                            "a quote is opened and never closed"),
                    new Known(
                            "found unknown escape character",
                            "there is no such backslash escape; use single quotes, or write \\\\"),
                    new Known(
                            "sequence entries are not allowed here",
                            "a list cannot begin here; put it on a line of its own, or the text in"
                                    + " quotes"),
                    new Known(
                            "mapping keys are not allowed here",
                            "a key cannot stand here; put the text in quotes"),
                    new Known(
                            "expected '<document start>'",
                            "this does not belong to the document above it; check the"
                                    + " indentation"));

    private SyntaxMessage() {}

    /** Our words for the parser's. */
    static String of(@Nullable String problem) {
        String words = Objects.requireNonNullElse(problem, "unknown error");
        return KNOWN.stream()
                .filter(known -> words.startsWith(known.start()))
                .map(Known::ours)
                .findFirst()
                .orElse("this is not valid YAML: " + words);
    }
}
