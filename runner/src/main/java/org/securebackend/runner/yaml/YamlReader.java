package org.securebackend.runner.yaml;

import java.util.List;

/**
 * Reads one YAML 1.2 document and keeps the place of every value. Anchors, aliases and merge keys
 * work; a key that is there twice, several documents, tabs as indentation and control characters
 * are problems. No tag builds an object. Safe for any bytes: what cannot be read is a result, never
 * an exception.
 */
public final class YamlReader {
    /** The largest file that is read, in bytes. */
    public static final int LARGEST_BYTES = 4 << 20;

    /** The deepest nesting that is read. */
    public static final int DEEPEST = 200;

    private YamlReader() {}

    /** Reads a whole file. */
    public static YamlReading read(byte[] file) {
        if (file.length > LARGEST_BYTES) {
            return new YamlReading.Unreadable(
                    List.of(
                            new YamlProblem(
                                    Position.START,
                                    "the file is larger than "
                                            + LARGEST_BYTES
                                            + " bytes, which is the most that is read")));
        }
        return switch (SourceText.of(file)) {
            case SourceText.Decoded(String text) -> new Composer(text).compose();
            case SourceText.Refused(List<YamlProblem> problems) ->
                    new YamlReading.Unreadable(problems);
        };
    }
}
