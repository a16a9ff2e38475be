package org.securebackend.runner.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.store.JobStore;

/** Finds the one job whose id starts as typed. */
final class JobFinder {
    private static final int MOST = 20;

    private JobFinder() {}

    /**
     * The jobs, in this order, each once.
     *
     * @throws CommandFailedException if one of these ids fits no job, or several
     */
    static List<Job> all(JobStore store, List<String> idStarts) {
        return idStarts.stream().map(start -> find(store, start)).distinct().toList();
    }

    /**
     * The job.
     *
     * @throws CommandFailedException if there is none, or several
     */
    static Job find(JobStore store, String idStart) {
        List<Job> found = store.jobsStartingWith(idStart, MOST);
        if (found.isEmpty()) {
            throw new CommandFailedException(
                    ExitCodes.NO,
                    "no job has an id that starts with %s; see: runner jobs"
                            .formatted(Printable.of(idStart)));
        }
        if (found.size() > 1) {
            throw new CommandFailedException(
                    ExitCodes.NO,
                    "several jobs have an id that starts with %s; type more of it:%n%s"
                            .formatted(
                                    Printable.of(idStart),
                                    found.stream()
                                            .map(job ->
                                                    "  "
                                                            + job.id()
                                                            + "  "
                                                            + job.definition().action())
                                            .collect(Collectors.joining(System.lineSeparator()))));
        }
        return found.getFirst();
    }
}
