package org.securebackend.runner.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.devserver.RequestRecord;

/** The daemon is killed while twenty jobs run, and started again. */
final class RestartBench implements Bench.Benchmark {
    private static final int JOBS = 20;
    private static final double AIM_MILLIS = 2_000;

    @Override
    public List<Figure> run() throws Exception {
        try (var backend = new BenchBackend(JOBS, 0.1)) {
            String actions =
                    IntStream.range(0, JOBS)
                            .mapToObj(i -> BenchBackend.action("a" + i, "sleep 25"))
                            .collect(Collectors.joining());
            String id =
                    backend.server()
                            .submit(
                                    NewRequest.of(
                                            BenchBackend.BACKEND,
                                            backend.study(actions),
                                            "run_all"))
                            .identifier();
            backend.await(
                    id,
                    request ->
                            request.jobs().size() == JOBS
                                    && request.jobs().stream()
                                            .allMatch(job ->
                                                    job.progress().code().equals("executing")));
            double millis = backend.killAndRestart().toNanos() / 1e6;
            RequestRecord end = backend.await(id, RequestRecord::isFinished);
            if (!end.status().equals("succeeded")) {
                throw new IllegalStateException("jobs were lost: " + end);
            }
            return List.of(
                    Figure.lower(
                                    JOBS + " running jobs: start after a kill to supervising",
                                    millis,
                                    "ms")
                            .besideFloor(bareStartMillis())
                            .aimingAt(AIM_MILLIS));
        }
    }

    /** What Java and the program's own classes take to start and say their version. */
    private static double bareStartMillis() throws IOException, InterruptedException {
        long start = System.nanoTime();
        int exit =
                new ProcessBuilder(Path.of("..", "scripts", "runner").toString(), "--version")
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
        if (exit != 0) {
            throw new IllegalStateException("the program does not start: " + exit);
        }
        return (System.nanoTime() - start) / 1e6;
    }
}
