package org.securebackend.runner.health;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How a daemon was when it last looked at itself.
 *
 * @param at when that was
 * @param next when it will look again at the latest
 * @param pid its process
 * @param stuck what does not get on
 */
public record Health(Instant at, Instant next, long pid, List<Stuck> stuck) {

    public Health {
        stuck = List.copyOf(stuck);
    }

    /** Something that gives no sign of life. */
    public record Stuck(String what, Duration silent) {}

    /** What to think of it at some later time. */
    public enum Verdict {
        GOOD,
        /** Something does not get on; the daemon's log has a thread dump. */
        STUCK,
        /** It has not looked at itself for too long: it hangs, or is not running. */
        SILENT
    }

    /** The verdict at {@code now}. A clock that was set back makes nobody silent. */
    public Verdict verdict(Instant now) {
        if (now.isAfter(next)) {
            return Verdict.SILENT;
        }
        return stuck.isEmpty() ? Verdict.GOOD : Verdict.STUCK;
    }
}
