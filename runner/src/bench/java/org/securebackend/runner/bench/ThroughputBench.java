package org.securebackend.runner.bench;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.devserver.RequestRecord;

/** Many independent trivial actions: jobs a second, beside containers a second. */
final class ThroughputBench implements Bench.Benchmark {
    private static final int JOBS = 100;
    private static final int WARM_UP = 200;
    private static final int WORKERS = 8;
    private static final double POLL_SECONDS = 2;
    private static final double AIM = 0.85;

    @Override
    public List<Figure> run() throws Exception {
        double before;
        double after;
        double cold;
        double rate;
        double processor;
        try (var floor = new ContainerFloor();
                var backend = new BenchBackend(WORKERS, POLL_SECONDS)) {
            floor.warmUp();
            cold = jobs(backend, JOBS);
            jobs(backend, WARM_UP);
            before = floor.perSecond(JOBS, WORKERS, "mkdir -p output; true; echo 1 >output/a.csv");
            Duration used = backend.processorTime();
            rate = jobs(backend, JOBS);
            processor = backend.processorTime().minus(used).toMillis();
            after = floor.perSecond(JOBS, WORKERS, "mkdir -p output; true; echo 1 >output/a.csv");
        }
        double container = (before + after) / 2;
        return List.of(
                Figure.higher(JOBS + " independent jobs, " + WORKERS + " workers", rate, "jobs/s")
                        .besideFloor(container)
                        .aimingAt(AIM * container),
                Figure.higher("  as a part of the floor", rate / container, "").aimingAt(AIM),
                Figure.higher(
                        "  the first jobs after a start, as a part of the floor",
                        cold / container,
                        ""),
                Figure.lower("  processor time of the daemon a job", processor / JOBS, "ms"));
    }

    private static double jobs(BenchBackend backend, int count) throws InterruptedException {
        String actions =
                IntStream.range(0, count)
                        .mapToObj(i -> BenchBackend.action("a" + i, "true"))
                        .collect(Collectors.joining());
        String id =
                backend.server()
                        .submit(
                                NewRequest.of(
                                        BenchBackend.BACKEND, backend.study(actions), "run_all"))
                        .identifier();
        RequestRecord end = backend.await(id, RequestRecord::isFinished);
        long received = System.nanoTime();
        if (!end.status().equals("succeeded")) {
            throw new IllegalStateException("jobs failed: " + end);
        }
        long listed = backend.server().firstListed(id).orElseThrow();
        return count / ((received - listed) / 1e9);
    }
}
