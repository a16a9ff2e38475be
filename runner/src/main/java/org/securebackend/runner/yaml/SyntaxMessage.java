package org.securebackend.runner.yaml;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The parser's complaints in words that help a study's author. */
final class SyntaxMessage {
    private record Known(String start, String ours) {}

    private static final String TAB =
            "a tab cannot be used here; indent with spaces, and put text that begins with a tab in"
                    + " quotes";

    private static final String ALIAS =
            "an unquoted * or & begins an alias or anchor; put text that begins so in quotes";

    /** Stands for the place where something begins, in messages about its end. */
    private static final String BEGINNING = "{beginning}";

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
                    new Known("expected alphabetic or numeric character", ALIAS),
                    new Known("unexpected character found", ALIAS),
                    new Known(
                            "expected the node content",
                            "a value is missing here, or the text needs quotes"),
                    new Known(
                            "expected chomping or indentation indicators",
                            "the text under | or > begins on the next line; put text that begins"
                                    + " with | or > in quotes"),
                    new Known(
                            "expected a comment or a line break",
                            "nothing else can stand on this line"),
                    new Known(
                            "found incompatible YAML document",
                            "the %YAML header names a version other than 1.1 and 1.2; remove it"),
                    new Known(
                            "expected <block end>",
                            "this line does not belong to what stands above it; check the"
                                    + " indentation and the quotes"),
                    new Known(
                            "expected ',' or ']'",
                            "the list{beginning} is not closed; a comma or ] is missing"),
                    new Known(
                            "expected ',' or '}'",
                            "the mapping{beginning} is not closed; a comma or } is missing"),
                    new Known(
                            "found unexpected end of stream",
                            "the quote{beginning} is never closed"),
                    new Known(
                            "found unexpected document separator",
                            "the quote{beginning} is never closed"),
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

    /**
     * Our words for the parser's.
     *
     * @param beginning where the list, mapping or quote began that it could not finish
     */
    static String of(@Nullable String problem, Optional<Position> beginning) {
        String words = Objects.requireNonNullElse(problem, "unknown error");
        return KNOWN.stream()
                .filter(known -> words.startsWith(known.start()))
                .map(Known::ours)
                .findFirst()
                .orElse("this is not valid YAML: " + words)
                .replace(
                        BEGINNING,
                        beginning.map(place -> " that begins at line " + place.line()).orElse(""));
    }
}
