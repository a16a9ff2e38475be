package org.securebackend.runner.executor;

import java.time.Instant;
import org.securebackend.runner.job.Exit;

/** What there is of a job's program. */
public sealed interface Execution {

    /** Nothing, or something that was made but never started. */
    record Absent() implements Execution {}

    /** It runs, since then. */
    record Running(Instant since) implements Execution {}

    /** It ended, then and so. */
    record Ended(Exit exit, Instant at) implements Execution {}
}
