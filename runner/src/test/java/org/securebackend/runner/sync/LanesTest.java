package org.securebackend.runner.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class LanesTest {
    private final Deque<Runnable> threads = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();
    private final Lanes lanes = new Lanes(threads::add);

    @Test
    void tasksOfOneLaneRunInOrderOnOneThread() {
        lanes.submit("a", () -> done.add("a1"));
        lanes.submit("a", () -> done.add("a2"));
        assertThat(threads).hasSize(1);

        threads.remove().run();

        assertThat(done).containsExactly("a1", "a2");
    }

    @Test
    void lanesRunSideBySide() {
        lanes.submit("a", () -> done.add("a"));
        lanes.submit("b", () -> done.add("b"));

        assertThat(threads).hasSize(2);
    }

    @Test
    void failedTaskDoesNotStopThoseBehindIt() {
        lanes.submit(
                "a",
                () -> {
                    throw new IllegalStateException("a fault");
                });
        lanes.submit("a", () -> done.add("a2"));

        threads.remove().run();
        lanes.submit("a", () -> done.add("a3"));
        threads.remove().run();

        assertThat(done).containsExactly("a2", "a3");
    }

    @Test
    void laneIsUsableAfterAThreadWasRefused() {
        var refusing = new ArrayDeque<Boolean>(List.of(true));
        var picky =
                new Lanes(task -> {
                    if (refusing.poll() != null) {
                        throw new RejectedExecutionException();
                    }
                    task.run();
                });

        picky.submit("a", () -> done.add("refused"));
        picky.submit("a", () -> done.add("taken"));

        assertThat(done).containsExactly("taken");
    }
}
