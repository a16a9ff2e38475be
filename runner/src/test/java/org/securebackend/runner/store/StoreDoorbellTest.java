package org.securebackend.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit gives the folder.
class StoreDoorbellTest {
    @TempDir Path folder;

    @Test
    void ringOfAnotherProcessWakesTheDaemon() throws Exception {
        var rings = new Semaphore(0);
        try (StoreDoorbell.Watch watch = new StoreDoorbell(folder).watch(rings::release)) {
            assertThat(watch).isNotNull();
            Process other = OtherProcess.start(RingOnce.class, folder.toString());

            assertThat(other.waitFor()).isZero();

            assertThat(rings.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void everyLaterRingIsHeardToo() throws InterruptedException {
        var rings = new Semaphore(0);
        var bell = new StoreDoorbell(folder);
        try (StoreDoorbell.Watch watch = bell.watch(rings::release)) {
            assertThat(watch).isNotNull();
            for (int i = 0; i < 3; i++) {
                bell.ring();
                assertThat(rings.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void failureAfterARingDoesNotEndTheListening() throws InterruptedException {
        var rings = new Semaphore(0);
        var bell = new StoreDoorbell(folder);
        Runnable failing =
                () -> {
                    rings.release();
                    throw new IllegalStateException("on purpose");
                };
        try (StoreDoorbell.Watch watch = bell.watch(failing)) {
            assertThat(watch).isNotNull();
            bell.ring();
            assertThat(rings.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            bell.ring();
            assertThat(rings.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void ringWithoutADaemonLeavesNothingBehind() throws IOException {
        new StoreDoorbell(folder).ring();

        try (var left = Files.list(folder.resolve("doorbell"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void ringThatCannotBeMadeIsNoError() throws IOException {
        Files.writeString(folder.resolve("doorbell"), "in the way");

        assertThatCode(() -> new StoreDoorbell(folder).ring()).doesNotThrowAnyException();
    }

    /** Rings in the work directory that is its argument. */
    static final class RingOnce {
        private RingOnce() {}

        public static void main(String[] args) {
            new StoreDoorbell(Path.of(args[0])).ring();
        }
    }
}
