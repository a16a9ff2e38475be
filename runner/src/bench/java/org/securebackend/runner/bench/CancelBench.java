package org.securebackend.runner.bench;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.devserver.RequestRecord;

/** Cancelling a running job while another job's output of 2 or 8 GB is being collected. */
final class CancelBench implements Bench.Benchmark {
    private static final String SLEEPER = "sleep 600";
    private static final double AIM_MILLIS = 500;

    @Override
    public List<Figure> run() throws Exception {
        double idle;
        double two;
        double eight;
        try (var floor = new ContainerFloor();
                var backend = new BenchBackend(4, 0.1)) {
            floor.warmUp();
            idle = cancel(floor, backend, () -> {});
            two = cancel(floor, backend, () -> collectingBigFile(backend, 2));
            eight = cancel(floor, backend, () -> collectingBigFile(backend, 8));
        }
        return List.of(
                Figure.lower("cancel on an idle machine: container gone after poll", idle, "ms")
                        .aimingAt(AIM_MILLIS),
                Figure.lower(
                                "cancel while 2 GB are collected: container gone after poll",
                                two,
                                "ms")
                        .besideFloor(idle)
                        .aimingAt(AIM_MILLIS),
                Figure.lower(
                                "cancel while 8 GB are collected: container gone after poll",
                                eight,
                                "ms")
                        .besideFloor(idle)
                        .aimingAt(AIM_MILLIS));
    }

    private interface Load {
        void begin() throws InterruptedException;
    }

    private static double cancel(ContainerFloor floor, BenchBackend backend, Load load)
            throws Exception {
        NewRequest.Study study = backend.study(BenchBackend.action("sleeper", SLEEPER));
        RequestRecord request =
                backend.server().submit(NewRequest.of(BenchBackend.BACKEND, study, "sleeper"));
        RequestRecord running = backend.await(request.identifier(), r -> isExecuting(r, "sleeper"));
        String container = "os-job-" + running.jobs().getFirst().identifier();
        load.begin();
        var gone = new CountDownLatch(1);
        var goneAt = new AtomicLong();
        try (var _ =
                floor.ends(name -> {
                    if (name.equals(container)) {
                        goneAt.set(System.nanoTime());
                        gone.countDown();
                    }
                })) {
            // The engine takes a moment to begin the stream of events.
            TimeUnit.MILLISECONDS.sleep(100);
            backend.server().cancel(request.identifier());
            if (!gone.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the container did not end");
            }
        }
        long listed = backend.server().cancellationListed(request.identifier()).orElseThrow();
        backend.await(request.identifier(), RequestRecord::isFinished);
        return (goneAt.get() - listed) / 1e6;
    }

    private static void collectingBigFile(BenchBackend backend, int gibibytes)
            throws InterruptedException {
        NewRequest.Study study =
                backend.study(
                        BenchBackend.action(
                                        "big",
                                        "dd if=/dev/zero of=output/big.csv bs=1M count=%d; exit 0"
                                                .formatted(gibibytes * 1024))
                                .replace("; echo 1 >output/big.csv", ""));
        String id =
                backend.server()
                        .submit(NewRequest.of(BenchBackend.BACKEND, study, "big"))
                        .identifier();
        backend.await(
                id,
                request ->
                        request.jobs().stream()
                                .anyMatch(job -> job.progress().code().equals("finalizing")));
    }

    private static boolean isExecuting(RequestRecord request, String action) {
        return request.jobs().stream()
                .anyMatch(job ->
                        job.action().equals(action) && job.progress().code().equals("executing"));
    }
}
