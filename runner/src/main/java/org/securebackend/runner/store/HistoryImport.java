package org.securebackend.runner.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.store.History.PastJob;
import org.securebackend.runner.store.History.PastRequest;

/**
 * Writes what another runner knew into the tables. What is known here already stays as it is, so
 * that doing it again changes nothing.
 */
final class HistoryImport {
    private final Handle handle;
    private int requests;
    private int jobs;

    private HistoryImport(Handle handle) {
        this.handle = handle;
    }

    static History.Taken run(Handle handle, History history) {
        var taking = new HistoryImport(handle);
        history.forEach(taking::take);
        return new History.Taken(taking.requests, taking.jobs, taking.flags(history.flags()));
    }

    private void take(PastRequest past) {
        if (RequestRows.exists(handle, past.request().id())
                || JobRows.anyExists(handle, past.jobs().stream().map(PastJob::job).toList())) {
            return;
        }
        long request = RequestRows.insert(handle, past.request());
        past.jobs().forEach(job -> take(request, job));
        requests++;
        // What is over was told to the server long ago, and is told again if it asks.
        if (past.jobs().stream().anyMatch(job -> !job.job().isDone())) {
            RequestRows.noteChange(handle, List.of(request));
        }
    }

    private void take(long request, PastJob past) {
        Job job = past.job();
        JobRows.insert(handle, request, List.of(job));
        jobs++;
        past.results()
                .ifPresent(results -> {
                    OutputRows.replace(handle, job.id(), results);
                    OwnerRows.claim(handle, JobRows.key(handle, job.id()), job, past.owned());
                });
    }

    /** Flags that were never set here. */
    private List<String> flags(Map<String, JobStore.Flag> past) {
        Set<String> known = FlagRows.all(handle).keySet();
        var set = new ArrayList<String>();
        past.forEach((name, flag) -> {
            if (!known.contains(name)) {
                FlagRows.set(handle, name, flag.value(), flag.changedAt());
                set.add(name);
            }
        });
        return set;
    }
}
