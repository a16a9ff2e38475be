package org.securebackend.runner.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.devserver.RequestRecord;

/** What the daemon needs while nothing happens, after it has done some work. */
final class IdleBench implements Bench.Benchmark {
    private static final double AIM_MEBIBYTES = 120;
    private static final int SECONDS = Integer.getInteger("bench.idle.seconds", 20);

    @Override
    public List<Figure> run() throws Exception {
        try (var backend = new BenchBackend(2, 0.1)) {
            double fresh = residentMebibytes(backend.daemonPid());
            for (int i = 0; i < 5; i++) {
                String id =
                        backend.server()
                                .submit(
                                        NewRequest.of(
                                                BenchBackend.BACKEND,
                                                backend.study(BenchBackend.action("a", "true")),
                                                "a"))
                                .identifier();
                backend.await(id, RequestRecord::isFinished);
            }
            Duration before = backend.processorTime();
            TimeUnit.SECONDS.sleep(SECONDS);
            Duration used = backend.processorTime().minus(before);
            return List.of(
                    Figure.lower("daemon just started, resident", fresh, "MiB"),
                    Figure.lower(
                                    "idle daemon after 5 jobs, resident",
                                    residentMebibytes(backend.daemonPid()),
                                    "MiB")
                            .aimingAt(AIM_MEBIBYTES),
                    Figure.lower(
                            "idle daemon, 10 polls a second, of one core",
                            used.toMillis() / (SECONDS * 10.0),
                            "%"));
        }
    }

    private static double residentMebibytes(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}
