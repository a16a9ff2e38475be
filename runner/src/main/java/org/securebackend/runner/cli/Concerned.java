package org.securebackend.runner.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.server.WireStatus;

/**
 * A job that an order concerns.
 *
 * @param effect what happens to it, in a few words
 */
record Concerned(Job job, String effect) {
    private static final int MOST = 100;

    /** The jobs as a table; of very many, the first ones. */
    static void print(List<Concerned> jobs, PrintWriter out) {
        Instant now = Instant.now();
        var table = new Table("JOB", "WORKSPACE", "ACTION", "STATE", "RUNTIME", "WHAT HAPPENS");
        for (Concerned concerned : jobs.subList(0, Math.min(jobs.size(), MOST))) {
            Job job = concerned.job();
            table.row(
                    job.id().value(),
                    Printable.of(
                            job.definition()
                                    .work()
                                    .map(Work::workspace)
                                    .map(Object::toString)
                                    .orElse("-")),
                    Printable.of(job.definition().action().value()),
                    WireStatus.of(job.state()).code(),
                    Times.runtime(job, now),
                    concerned.effect());
        }
        table.print(out);
        if (jobs.size() > MOST) {
            out.println("... and %d more".formatted(jobs.size() - MOST));
        }
    }

    static boolean isActive(Job job) {
        return job.state() instanceof JobState.Active;
    }

    static boolean isWaiting(Job job) {
        return job.state() instanceof JobState.Waiting;
    }
}
