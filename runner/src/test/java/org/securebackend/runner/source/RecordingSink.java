package org.securebackend.runner.source;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes down what it is shown, one line each. */
final class RecordingSink implements TreeSink {
    final List<String> shown = new ArrayList<>();
    long bytes;

    @Override
    public void directory(String path) {
        shown.add(path + "/");
    }

    @Override
    public void file(String path, ReadableByteChannel content, boolean executable)
            throws IOException {
        byte[] read = Channels.newInputStream(content).readAllBytes();
        bytes += read.length;
        String text = read.length > 100 ? read.length + " bytes" : text(read);
        shown.add(path + (executable ? "*" : "") + " = " + text);
    }

    private static String text(byte[] read) {
        return new String(read, StandardCharsets.UTF_8);
    }

    @Override
    public void link(String path, String target) {
        shown.add(path + " -> " + target);
    }
}
