package org.securebackend.runner;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.securebackend.runner.job.EffectPoint;

/**
 * Everything breaks at every point. Takes long: {@code scripts/test --full}. Leaves a table in
 * {@code target/fault-matrix.md}.
 */
@Tag("docker")
@Tag("full")
class FullFaultMatrixTest {
    private static final Path TABLE = Path.of("target", "fault-matrix.md");

    private static final Map<EffectPoint, Map<Fault, String>> results =
            new EnumMap<>(EffectPoint.class);

    private static @Nullable FaultBench bench;

    @BeforeAll
    static void setUp(@TempDir Path home, @TempDir Path control)
            throws IOException, InterruptedException {
        String hindrance = FaultBench.hindrance(home);
        assumeTrue(hindrance.isEmpty(), hindrance);
        bench = new FaultBench(home, control);
    }

    static Stream<Arguments> cells() {
        var cells = new ArrayList<Arguments>();
        for (EffectPoint point : EffectPoint.values()) {
            for (Fault fault : Fault.values()) {
                cells.add(Arguments.of(point, fault));
            }
        }
        // So that a run that is cut short has seen something of everything.
        Collections.shuffle(cells, new Random(1));
        return cells.stream();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cells")
    void faultChangesNothing(EffectPoint point, Fault fault)
            throws IOException, InterruptedException {
        var row = results.computeIfAbsent(point, _ -> new EnumMap<>(Fault.class));
        row.put(fault, "**differs**");
        long start = System.nanoTime();
        try {
            bench().check(point, fault);
            row.put(fault, "same, %.1f s".formatted((System.nanoTime() - start) / 1e9));
        } finally {
            writeTable();
        }
    }

    private static FaultBench bench() {
        return requireNonNull(bench);
    }

    @AfterAll
    static void tearDown() throws IOException {
        if (bench == null) {
            return;
        }
        bench.close();
        writeTable();
    }

    /** After every cell: whoever gives up waiting has the ones so far. */
    private static void writeTable() throws IOException {
        var table = new StringBuilder("| point |");
        for (Fault fault : Fault.values()) {
            table.append(' ').append(fault).append(" |");
        }
        table.append("\n|").append(" --- |".repeat(Fault.values().length + 1)).append('\n');
        results.forEach((point, row) -> {
            table.append("| ").append(point).append(" |");
            for (Fault fault : Fault.values()) {
                table.append(' ').append(row.getOrDefault(fault, "-")).append(" |");
            }
            table.append('\n');
        });
        Files.createDirectories(TABLE.getParent());
        Files.writeString(TABLE, table.toString());
    }
}
