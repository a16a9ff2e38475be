package org.securebackend.runner.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Files of the corpus that the reference accepts and we refuse; reasons are beside the names. */
final class DeliberateDifferences {
    private static final String LIST = "deliberate-differences.txt";

    private DeliberateDifferences() {}

    static Set<String> names() {
        try (InputStream list =
                Objects.requireNonNull(
                        DeliberateDifferences.class.getResourceAsStream(LIST), LIST)) {
            return new String(list.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
