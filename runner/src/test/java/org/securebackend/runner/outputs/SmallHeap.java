package org.securebackend.runner.outputs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.securebackend.runner.job.Exit;

/** Saves a log of that many megabytes; started by a test with little memory. */
final class SmallHeap {
    static final int LINES_PER_MEGABYTE = 10_000;

    private SmallHeap() {}

    /** The folder of both storages, and the size. */
    public static void main(String[] arguments) throws IOException {
        Stores stores = Stores.in(Path.of(arguments[0]));
        int megabytes = Integer.parseInt(arguments[1]);
        long start = System.nanoTime();
        stores.outputs()
                .saveLog(
                        new JobLog(
                                Jobs.succeeded(Jobs.job("r1", "mo:*")),
                                "Completed successfully",
                                Optional.of(Exit.of(0)),
                                Optional.empty(),
                                Optional.empty(),
                                sink -> say(megabytes, sink),
                                JobLog.Audience.USERS));
        System.out.printf("%d MB in %d ms%n", megabytes, (System.nanoTime() - start) / 1_000_000);
    }

    private static void say(int megabytes, OutputStream sink) throws IOException {
        String secret = Stores.SECRET;
        for (int megabyte = 0; megabyte < megabytes; megabyte++) {
            var text = new StringBuilder();
            for (int line = 0; line < LINES_PER_MEGABYTE; line++) {
                int start = text.length();
                text.append("2026-01-01T00:00:00Z ").append(megabyte).append(' ').append(line);
                text.append(line % 100 == 0 ? " key " + secret + " " : " ");
                text.append("x".repeat(Math.max(0, 99 - (text.length() - start)))).append('\n');
            }
            byte[] bytes = text.toString().getBytes(UTF_8);
            for (int from = 0; from < bytes.length; from += 16_000) {
                sink.write(bytes, from, Math.min(16_000, bytes.length - from));
            }
        }
    }

    static List<String> command(Path folder, int megabytes) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx20m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                SmallHeap.class.getName(),
                folder.toString(),
                Integer.toString(megabytes));
    }
}
