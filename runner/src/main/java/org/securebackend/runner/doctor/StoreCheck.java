package org.securebackend.runner.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.securebackend.runner.store.SqliteJobStore;
import org.securebackend.runner.store.StoreException;
import org.securebackend.runner.store.WorkdirLock;

/** This runner's database, and whether its daemon runs. */
public final class StoreCheck implements Check {
    private final Path workDirectory;
    private final String file;

    /**
     * @param file the database's name in it
     */
    public StoreCheck(Path workDirectory, String file) {
        this.workDirectory = workDirectory;
        this.file = file;
    }

    @Override
    public String name() {
        return "database file";
    }

    @Override
    public List<Finding> examine() {
        var findings = new ArrayList<Finding>();
        findings.add(database());
        findings.add(daemon());
        return findings;
    }

    private Finding database() {
        Path database = workDirectory.resolve(file);
        if (!Files.exists(database)) {
            return Finding.warning(
                    name(),
                    database + " is not there yet",
                    "nothing, if this is a new runner: its first start makes it; else see backend.work_directory (WORKDIR)");
        }
        try (var store = SqliteJobStore.openExisting(workDirectory)) {
            store.requireHealth();
            return Finding.ok(
                    name(),
                    "%s is whole; %d jobs wait or run"
                            .formatted(database, store.openJobs().size()));
        } catch (StoreException e) {
            return Finding.failed(
                    name(), String.valueOf(e.getMessage()), "see above; a backup may be needed");
        }
    }

    private Finding daemon() {
        if (!Files.isDirectory(workDirectory)) {
            return Finding.warning("daemon", "it does not run", "runner serve");
        }
        Optional<String> holder = WorkdirLock.holder(workDirectory);
        return holder.map(pid -> Finding.ok("daemon", "it runs (process %s)".formatted(pid)))
                .orElseGet(() ->
                        Finding.warning("daemon", "it does not run", "start it: runner serve"));
    }
}
