package org.securebackend.runner.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much the engine keeps of a container's log, as it was told when it made the container. It
 * does not tell when it has dropped something; but then at least all files but the newest are full.
 */
record LogRotation(long fileBytes, int files) {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})([kmg]?)b?");

    /** Of a container's inspection; empty if nothing is dropped, or nobody knows. */
    static Optional<LogRotation> of(JsonNode inspection) {
        JsonNode log = inspection.path("HostConfig").path("LogConfig");
        JsonNode settings = log.path("Config");
        Matcher size = SIZE.matcher(settings.path("max-size").asText(""));
        if (!log.path("Type").asText().equals("json-file") || !size.matches()) {
            return Optional.empty();
        }
        int files = settings.path("max-file").asInt(1);
        long unit =
                switch (size.group(2)) {
                    case "k" -> 1L << 10;
                    case "m" -> 1L << 20;
                    case "g" -> 1L << 30;
                    default -> 1;
                };
        return Optional.of(new LogRotation(Long.parseLong(size.group(1)) * unit, files));
    }

    /**
     * What to say to whoever reads such a log; nothing if it is whole.
     *
     * @param storedBytes at least what the engine's files of it hold
     */
    Optional<String> warning(long storedBytes) {
        return storedBytes < fileBytes * Math.max(0, files - 1)
                ? Optional.empty()
                : Optional.of(
                        "[... the start of this log may be missing: the engine keeps only the newest %d files of %d bytes of what a program says ...]"
                                .formatted(files, fileBytes));
    }
}
