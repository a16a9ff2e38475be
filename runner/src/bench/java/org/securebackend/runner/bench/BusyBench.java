package org.securebackend.runner.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.devserver.RequestRecord;

/** What forty running and two hundred waiting jobs cost while nothing happens to them. */
final class BusyBench implements Bench.Benchmark {
    private static final int RUNNING = 40;
    private static final int WAITING = 200;
    private static final double AIM_PERCENT = 1;
    private static final double AIM_EXIT_MILLIS = 50;
    private static final int SECONDS = Integer.getInteger("bench.busy.seconds", 60);

    @Override
    public List<Figure> run() throws Exception {
        try (var floor = new ContainerFloor();
                var backend = new BenchBackend(RUNNING, 5)) {
            String actions =
                    IntStream.range(0, RUNNING + WAITING)
                            .mapToObj(i -> BenchBackend.action("a" + i, "sleep 600"))
                            .collect(Collectors.joining());
            String id =
                    backend.server()
                            .submit(
                                    NewRequest.of(
                                            BenchBackend.BACKEND,
                                            backend.study(actions),
                                            "run_all"))
                            .identifier();
            RequestRecord request = backend.await(id, r -> count(r, "executing") == RUNNING);
            TimeUnit.SECONDS.sleep(5);
            Duration before = backend.processorTime();
            TimeUnit.SECONDS.sleep(SECONDS);
            double percent = backend.processorTime().minus(before).toMillis() / (SECONDS * 10.0);
            double noticed = exitNoticed(floor, backend, request);
            return List.of(
                    Figure.lower(
                                    "%d running and %d waiting jobs, of one core"
                                            .formatted(RUNNING, WAITING),
                                    percent,
                                    "%")
                            .aimingAt(AIM_PERCENT),
                    Figure.lower("  exit of one of them to its report", noticed, "ms")
                            .aimingAt(AIM_EXIT_MILLIS));
        }
    }

    /** From the engine's word of a program's end to the server's knowledge of it. */
    private static double exitNoticed(
            ContainerFloor floor, BenchBackend backend, RequestRecord request) throws Exception {
        var job =
                request.jobs().stream()
                        .filter(each -> each.progress().code().equals("executing"))
                        .findFirst()
                        .orElseThrow();
        var ended = new CountDownLatch(1);
        var endedAt = new AtomicLong();
        try (var _ =
                floor.ends(name -> {
                    if (name.equals("os-job-" + job.identifier())) {
                        endedAt.set(System.nanoTime());
                        ended.countDown();
                    }
                })) {
            TimeUnit.MILLISECONDS.sleep(100);
            new ProcessBuilder("docker", "kill", "os-job-" + job.identifier()).start().waitFor();
            if (!ended.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the container did not end");
            }
            backend.await(
                    request.identifier(),
                    r ->
                            r.jobs().stream()
                                    .filter(each -> each.identifier().equals(job.identifier()))
                                    .noneMatch(each -> each.progress().code().equals("executing")));
            return (System.nanoTime() - endedAt.get()) / 1e6;
        }
    }

    private static long count(RequestRecord request, String code) {
        return request.jobs().stream().filter(job -> job.progress().code().equals(code)).count();
    }
}
