package org.securebackend.runner.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Plain statistics. */
final class Numbers {
    private Numbers() {}

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** What the disk takes to keep a few bytes for good, median of some {@code rounds}. */
    static double syncMillis(Path folder, int rounds) throws IOException {
        var times = new ArrayList<Double>();
        Path file = folder.resolve("floor");
        try (var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < rounds; i++) {
                long start = System.nanoTime();
                channel.write(ByteBuffer.wrap(new byte[4096]));
                channel.force(false);
                times.add((System.nanoTime() - start) / 1e6);
            }
        }
        return median(times);
    }

    static double max(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    }
}
