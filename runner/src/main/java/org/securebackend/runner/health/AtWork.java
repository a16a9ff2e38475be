package org.securebackend.runner.health;

import java.time.Duration;
import java.util.Optional;

/**
 * Something that is at work.
 *
 * @param what its name, unique among all that is at work, and without anything secret
 * @param silent how long ago its last sign of life is
 * @param limit how long it may be silent
 * @param thread who does it
 */
public record AtWork(String what, Duration silent, Duration limit, Optional<Thread> thread) {

    /** Whether it was silent for too long. */
    public boolean isStuck() {
        return silent.compareTo(limit) > 0;
    }
}
