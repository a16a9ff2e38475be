package org.securebackend.runner.sync;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks of one lane one after the other, in the order in which they came, and tasks of
 * different lanes side by side. A task that fails does not stop those behind it. Safe for several
 * threads.
 */
final class Lanes {
    private static final Logger log = LoggerFactory.getLogger(Lanes.class);

    private final Executor threads;
    private final Map<String, Deque<Runnable>> waiting = new HashMap<>();

    Lanes(Executor threads) {
        this.threads = threads;
    }

    void submit(String lane, Runnable task) {
        synchronized (waiting) {
            Deque<Runnable> queue = waiting.get(lane);
            if (queue != null) {
                queue.add(task);
                return;
            }
            waiting.put(lane, new ArrayDeque<>());
        }
        try {
            threads.execute(() -> drain(lane, task));
        } catch (RejectedExecutionException e) {
            log.debug("lane {} takes nothing any more: stopping", lane, e);
            synchronized (waiting) {
                waiting.remove(lane);
            }
        }
    }

    private void drain(String lane, Runnable first) {
        Optional<Runnable> task = Optional.of(first);
        while (task.isPresent()) {
            try {
                task.get().run();
            } catch (RuntimeException | Error e) {
                log.error("a task of lane {} failed; the next one is taken", lane, e);
            }
            task = next(lane);
        }
    }

    private Optional<Runnable> next(String lane) {
        synchronized (waiting) {
            Deque<Runnable> queue = waiting.get(lane);
            if (queue == null || queue.isEmpty()) {
                waiting.remove(lane);
                return Optional.empty();
            }
            return Optional.of(queue.remove());
        }
    }
}
