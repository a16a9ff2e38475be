package org.securebackend.runner.cli;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that only their owner may read, from their first byte on. */
final class SecretFile {
    private SecretFile() {}

    /** Writes a new file. @throws IOException also if it exists */
    static void create(Path file, String content) throws IOException {
        var owner =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (var channel = Files.newByteChannel(file, options, owner);
                var sink = Channels.newOutputStream(channel)) {
            sink.write((content + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
