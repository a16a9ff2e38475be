package org.securebackend.runner.scheduler;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/** Runs steps on the test's own thread: at once, or, while they are held, when the test says so. */
final class StepQueue implements Executor {
    private final Deque<Runnable> held = new ArrayDeque<>();
    private boolean holding;

    @Override
    public void execute(Runnable step) {
        if (holding) {
            held.add(step);
        } else {
            step.run();
        }
    }

    void hold() {
        holding = true;
    }

    void release() {
        holding = false;
        while (runOne()) {
            // until all have run
        }
    }

    /** Runs the oldest held step; false if there is none. */
    boolean runOne() {
        if (held.isEmpty()) {
            return false;
        }
        held.remove().run();
        return true;
    }

    /** The process died. */
    void drop() {
        held.clear();
    }
}
