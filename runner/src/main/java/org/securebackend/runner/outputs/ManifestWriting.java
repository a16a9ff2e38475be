package org.securebackend.runner.outputs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.securebackend.runner.outputs.Manifest.Entry;
import org.securebackend.runner.outputs.Manifest.Fresh;
import org.securebackend.runner.outputs.Manifest.Kept;
import org.securebackend.runner.outputs.Manifest.Odd;
import org.securebackend.runner.outputs.storage.Copying;

/**
 * Writes a manifest: new text, and between it what stays of the old file, copied without being
 * looked at, neighbours in one go.
 */
final class ManifestWriting {
    private static final int ENTRY_DEPTH = 4;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final FileChannel file;
    private final FileChannel old;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(2 * BUFFER_BYTES);

    ManifestWriting(FileChannel file, FileChannel old) {
        this.file = file;
        this.old = old;
    }

    void text(String text) throws IOException {
        buffer.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        if (buffer.size() > BUFFER_BYTES) {
            end();
        }
    }

    /** Writes what has been held back. */
    void end() throws IOException {
        Copying.writeFully(file, buffer.toByteArray());
        buffer.reset();
    }

    /** An object of all entries. */
    void entries(Map<String, Entry> entries) throws IOException {
        if (entries.isEmpty()) {
            text("{}");
            return;
        }
        String separator = "{\n    ";
        Run run = Run.NONE;
        for (Map.Entry<String, Entry> named : entries.entrySet()) {
            if (named.getValue() instanceof Kept kept && run.goesOnWith(kept)) {
                run = run.with(kept);
                continue;
            }
            copy(run);
            run = Run.NONE;
            text(separator);
            separator = ",\n    ";
            switch (named.getValue()) {
                case Kept kept -> run = Run.of(kept);
                case Odd(var value) -> named(named.getKey(), Json.text(value, ENTRY_DEPTH));
                case Fresh fresh -> named(named.getKey(), Json.text(node(fresh), ENTRY_DEPTH));
            }
        }
        copy(run);
        text("\n  }");
    }

    private void named(String name, String value) throws IOException {
        text(TextNode.valueOf(name) + ": " + value);
    }

    private static ObjectNode node(Fresh fresh) {
        return Manifest.describe(fresh.job(), fresh.file())
                .put("runner_version", fresh.runnerVersion());
    }

    private void copy(Run run) throws IOException {
        if (run.to == run.from) {
            return;
        }
        end();
        long at = run.from;
        while (at < run.to) {
            long count = old.transferTo(at, run.to - at, file);
            if (count <= 0) {
                throw new EOFException("the old manifest ends too early");
            }
            at += count;
        }
    }

    /** Entries that follow each other in the old file. */
    private record Run(int last, long from, long to) {
        static final Run NONE = new Run(Integer.MIN_VALUE, 0, 0);

        static Run of(Kept first) {
            return new Run(first.ordinal(), first.from(), first.to());
        }

        boolean goesOnWith(Kept next) {
            return next.ordinal() == last + 1;
        }

        Run with(Kept next) {
            return new Run(next.ordinal(), from, next.to());
        }
    }
}
