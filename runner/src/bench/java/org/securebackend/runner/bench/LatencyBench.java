package org.securebackend.runner.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.devserver.RequestRecord;

/** One trivial job on an idle machine: from the poll that lists it to the final status received. */
final class LatencyBench implements Bench.Benchmark {
    private static final int ROUNDS = 15;
    private static final int WARM_UP = 5;
    private static final String SCRIPT = "true";
    private static final double ALLOWED_MILLIS = 150;

    @Override
    public List<Figure> run() throws Exception {
        var jobs = new ArrayList<Double>();
        var floors = new ArrayList<Double>();
        try (var floor = new ContainerFloor();
                var backend = new BenchBackend(2, 0.1)) {
            floor.warmUp();
            NewRequest.Study study = backend.study(BenchBackend.action("a", SCRIPT));
            for (int i = 0; i < ROUNDS + WARM_UP; i++) {
                double measured = oneJob(backend, study);
                double container = floor.one("mkdir -p output; true; echo 1 >output/a.csv") * 1000;
                if (i >= WARM_UP) {
                    jobs.add(measured);
                    floors.add(container);
                }
            }
        }
        double floorMillis = Numbers.median(floors);
        return List.of(
                Figure.lower(
                                "one job: poll that lists it to final status, median",
                                Numbers.median(jobs),
                                "ms")
                        .besideFloor(floorMillis)
                        .aimingAt(floorMillis + ALLOWED_MILLIS),
                Figure.lower("one job: the slowest of " + ROUNDS, Numbers.max(jobs), "ms")
                        .besideFloor(Numbers.max(floors)));
    }

    private static double oneJob(BenchBackend backend, NewRequest.Study study)
            throws InterruptedException {
        String id =
                backend.server()
                        .submit(NewRequest.of(BenchBackend.BACKEND, study, "a"))
                        .identifier();
        RequestRecord end = backend.await(id, RequestRecord::isFinished);
        long received = System.nanoTime();
        if (!end.status().equals("succeeded")) {
            throw new IllegalStateException("the job failed: " + end);
        }
        long listed = backend.server().firstListed(id).orElseThrow();
        return Duration.ofNanos(received - listed).toNanos() / 1e6;
    }
}
