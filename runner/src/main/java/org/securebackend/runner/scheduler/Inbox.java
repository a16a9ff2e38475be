package org.securebackend.runner.scheduler;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where signals wait for the scheduler. Anybody may put, only the scheduler takes. */
final class Inbox {
    private final BlockingDeque<Signal> signals = new LinkedBlockingDeque<>();

    void put(Signal signal) {
        signals.addLast(signal);
    }

    /** Puts signals back in front of all others, in their order. */
    void putBack(List<Signal> batch) {
        batch.reversed().forEach(signals::addFirst);
    }

    /** All waiting signals, without waiting for any. */
    List<Signal> drain() {
        var batch = new ArrayList<Signal>();
        signals.drainTo(batch);
        return batch;
    }

    /** All waiting signals, once there is one; none if {@code patience} runs out first. */
    List<Signal> take(Duration patience) throws InterruptedException {
        @Nullable Signal first = signals.pollFirst(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (first == null) {
            return List.of();
        }
        var batch = new ArrayList<Signal>();
        batch.add(first);
        signals.drainTo(batch);
        return batch;
    }
}
