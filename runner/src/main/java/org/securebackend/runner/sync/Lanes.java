package org.securebackend.runner.sync;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Runs tasks of one lane one after the other, in the order in which they came, and tasks of
 * different lanes side by side. Safe for several threads.
 */
final class Lanes {
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
        threads.execute(() -> drain(lane, task));
    }

    private void drain(String lane, Runnable first) {
        Runnable task = first;
        while (task != null) {
            try {
                task.run();
            } finally {
                task = next(lane);
            }
        }
    }

    private @org.jspecify.annotations.Nullable Runnable next(String lane) {
        synchronized (waiting) {
            Deque<Runnable> queue = waiting.get(lane);
            if (queue == null || queue.isEmpty()) {
                waiting.remove(lane);
                return null;
            }
            return queue.remove();
        }
    }
}
