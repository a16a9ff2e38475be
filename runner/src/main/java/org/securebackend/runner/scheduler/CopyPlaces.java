package org.securebackend.runner.scheduler;

import java.util.concurrent.Semaphore;

/** So many jobs copy at a time; who waits for a place is not taken for stuck. */
final class CopyPlaces {
    private final Semaphore places;

    CopyPlaces(int count) {
        places = new Semaphore(count);
    }

    void take(Step.Progress progress) throws InterruptedException {
        progress.waits();
        places.acquire();
        progress.alive();
    }

    void giveBack() {
        places.release();
    }
}
