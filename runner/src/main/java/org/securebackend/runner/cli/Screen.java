package org.securebackend.runner.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Where a command's answer goes.
 *
 * @param kind who reads it
 * @param bytes standard output as it is
 */
public record Screen(Kind kind, OutputStream bytes) {
    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");
    private static final int USUAL_WIDTH = 100;
    private static final int NARROWEST = 60;
    private static final int WIDEST = 1000;

    /** Who reads an answer. */
    public sealed interface Kind {
        /**
         * A person: everything fits, and nothing controls the terminal.
         *
         * @param width in columns
         */
        record Terminal(int width) implements Kind {}

        /** A file or another program: everything in full. */
        record Other() implements Kind {}
    }

    /** Standard output of this process; where it leads nobody knows, a terminal is assumed. */
    public static Screen ofThisProcess(Map<String, String> environment) {
        Kind kind =
                isTerminal()
                        ? new Kind.Terminal(width(environment.get("COLUMNS")))
                        : new Kind.Other();
        return new Screen(kind, new FileOutputStream(FileDescriptor.out));
    }

    private static boolean isTerminal() {
        try {
            Path target = Files.readSymbolicLink(STANDARD_OUTPUT);
            return target.startsWith("/dev") && !target.equals(Path.of("/dev/null"));
        } catch (IOException | UnsupportedOperationException _) {
            return true;
        }
    }

    private static int width(@Nullable String columns) {
        if (columns == null || !columns.matches("[0-9]{1,4}")) {
            return USUAL_WIDTH;
        }
        return Math.clamp(Integer.parseInt(columns), NARROWEST, WIDEST);
    }

    /** The terminal's width; empty if the answer goes elsewhere. */
    OptionalInt width() {
        return switch (kind) {
            case Kind.Terminal(var width) -> OptionalInt.of(width);
            case Kind.Other _ -> OptionalInt.empty();
        };
    }

    /** Where text goes that a job wrote. To be closed, which leaves standard output open. */
    OutputStream jobText() {
        return switch (kind) {
            case Kind.Terminal _ -> new PrintableStream(bytes);
            case Kind.Other _ -> new Unclosed(bytes);
        };
    }

    private static final class Unclosed extends OutputStream {
        private final OutputStream sink;

        Unclosed(OutputStream sink) {
            this.sink = sink;
        }

        @Override
        public void write(int b) throws IOException {
            sink.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            sink.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            sink.flush();
        }
    }
}
