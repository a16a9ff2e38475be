package org.securebackend.runner.scheduler;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where signals wait for the scheduler. Anybody may put, only the scheduler takes. */
final class Inbox {
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();

    void put(Signal signal) {
        signals.add(signal);
    }

    boolean isEmpty() {
        return signals.isEmpty();
    }

    /** All waiting signals, without waiting for any. */
    List<Signal> drain() {
        var batch = new ArrayList<Signal>();
        signals.drainTo(batch);
        return batch;
    }

    /** All waiting signals, once there is one; none if {@code patience} runs out first. */
    List<Signal> take(Duration patience) throws InterruptedException {
        @Nullable Signal first = signals.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (first == null) {
            return List.of();
        }
        var batch = new ArrayList<Signal>();
        batch.add(first);
        signals.drainTo(batch);
        return batch;
    }
}
