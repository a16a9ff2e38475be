package org.securebackend.runner.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.securebackend.runner.outputs.release.FileInMemory;
import org.securebackend.runner.outputs.release.HarmlessFiles;
import org.securebackend.runner.outputs.release.HostileFiles;
import org.securebackend.runner.outputs.release.HostileFiles.Hostile;
import org.securebackend.runner.outputs.release.ReleaseCheck;
import org.securebackend.runner.outputs.release.ReleasePolicy;

/**
 * A million hostile files against the checks for level 4, the harmless ones beside them, and how
 * fast the checks are beside reading and hashing the same bytes. A file that escapes is named by
 * its seed. {@code -Dfuzz.files} and {@code -Dfuzz.seed} choose others.
 */
final class FuzzBench implements Bench.Benchmark {
    private static final long FILES = Long.getLong("fuzz.files", 1_000_000);
    private static final long SEED = Long.getLong("fuzz.seed", 0);
    private static final String NOT_FINISHED = "The checks of the file could not be finished";
    private static final int MOST_SHOWN = 50;
    private static final int SMALL_FILES = 5_000;
    private static final int LARGE_BYTES = 16 * 1024 * 1024;
    private static final int ROUNDS = 5;

    private final ReleaseCheck check = new ReleaseCheck(ReleasePolicy.standard());

    @Override
    public List<Figure> run() {
        var figures = new ArrayList<Figure>();
        long start = System.nanoTime();
        var made = new AtomicLong();
        List<Long> escaped =
                LongStream.range(SEED, SEED + FILES)
                        .parallel()
                        .peek(_ -> progress(made.incrementAndGet()))
                        .filter(seed -> escapes(HostileFiles.make(seed)))
                        .boxed()
                        .toList();
        double seconds = (System.nanoTime() - start) / 1e9;
        escaped.stream().limit(MOST_SHOWN).forEach(FuzzBench::show);
        figures.add(
                Figure.lower("hostile files that escaped of " + FILES, escaped.size(), "")
                        .aimingAt(0));
        figures.add(Figure.higher("hostile files made and checked", FILES / seconds, "1/s"));
        figures.add(
                Figure.lower(
                                "harmless files kept in, of " + HarmlessFiles.all().size(),
                                harmlessKept(),
                                "")
                        .aimingAt(0));
        byte[] small = table(600);
        byte[] large = table(LARGE_BYTES);
        figures.add(
                Figure.lower(
                                "check 5,000 small CSV files",
                                best(() -> checkMany("a.csv", small)) * 1e3,
                                "ms")
                        .besideFloor(best(() -> hashMany(small)) * 1e3));
        figures.add(
                Figure.higher(
                                "check a CSV file of 16 MiB",
                                LARGE_BYTES / 1e6 / best(() -> check("a.csv", large)),
                                "MB/s")
                        .besideFloor(LARGE_BYTES / 1e6 / best(() -> hash(large))));
        return figures;
    }

    private static void progress(long made) {
        if (made % 50_000 == 0) {
            System.err.printf("%d files%n", made);
        }
    }

    private static void show(long seed) {
        Hostile file = HostileFiles.make(seed);
        System.out.printf("ESCAPED seed %d: %s, %s%n", seed, file.kind(), file.way());
    }

    /** A check that did not end by itself may hide that another one would let the file go. */
    private boolean escapes(Hostile file) {
        List<String> reasons = reasons(file.name(), file.content());
        return reasons.isEmpty() || reasons.contains(NOT_FINISHED);
    }

    private long harmlessKept() {
        long kept = 0;
        for (Map.Entry<String, byte[]> file : HarmlessFiles.all().entrySet()) {
            kept += check(file.getKey(), file.getValue()) ? 0 : 1;
        }
        return kept;
    }

    private boolean check(String name, byte[] content) {
        return reasons(name, content).isEmpty();
    }

    private List<String> reasons(String name, byte[] content) {
        try {
            return check.check(name, () -> new FileInMemory(content)).reasons();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void checkMany(String name, byte[] content) {
        for (int i = 0; i < SMALL_FILES; i++) {
            check(name, content);
        }
    }

    private static void hashMany(byte[] content) {
        for (int i = 0; i < SMALL_FILES; i++) {
            hash(content);
        }
    }

    private static void hash(byte[] content) {
        try {
            MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A table of about so many bytes. */
    private static byte[] table(int bytes) {
        byte[] row =
                "East,2020-01-01,0.25,25,100,practice 12,\"a, b\"\n"
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] table = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            table[i] = row[i % row.length];
        }
        return Arrays.copyOf(table, bytes - bytes % row.length);
    }

    /** Seconds of the quickest of some rounds. */
    private static double best(Runnable work) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            long start = System.nanoTime();
            work.run();
            best = Math.min(best, (System.nanoTime() - start) / 1e9);
        }
        return best;
    }
}
