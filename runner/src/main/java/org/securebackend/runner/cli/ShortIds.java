package org.securebackend.runner.cli;

import java.util.Collection;
import java.util.HashSet;
import org.securebackend.runner.job.Job;

/** Ids as short as people like to type them. */
final class ShortIds {
    private static final int SHORTEST = 8;

    private ShortIds() {}

    /** How many characters tell these jobs apart; at least 8, which is plenty for all others. */
    static int length(Collection<Job> jobs) {
        int longest = jobs.stream().mapToInt(job -> job.id().value().length()).min().orElse(0);
        int length = Math.min(SHORTEST, longest);
        while (length < longest && !differ(jobs, length)) {
            length++;
        }
        return length;
    }

    private static boolean differ(Collection<Job> jobs, int length) {
        var starts = new HashSet<String>();
        return jobs.stream().allMatch(job -> starts.add(job.id().value().substring(0, length)));
    }
}
