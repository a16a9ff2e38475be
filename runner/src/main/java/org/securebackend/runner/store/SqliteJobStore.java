package org.securebackend.runner.store;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobMetrics;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.StopReason;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;

/** The store as one SQLite file, {@code runner.sqlite} in the work directory. */
public final class SqliteJobStore implements JobStore {
    private final SqliteDatabase database;

    private SqliteJobStore(SqliteDatabase database) {
        this.database = database;
    }

    /**
     * For the daemon: makes the work directory and the database if they are missing; looks at the
     * database's health, as far as it gets in a moment.
     *
     * @throws StoreException if the database is damaged, or not of the version that this program
     *     knows
     */
    public static SqliteJobStore createOrOpen(Path workDirectory) {
        Path file = DatabaseFile.create(workDirectory);
        return new SqliteJobStore(
                SqliteDatabase.open(
                        file,
                        DatabaseLimits.USUAL,
                        database -> {
                            Migrations.createOrRequireCurrent(database);
                            HealthCheck.USUAL.require(database);
                        }));
    }

    /**
     * Makes the work directory and the database if they are missing, and brings an older one to the
     * version that this program knows. Nobody may be using it.
     *
     * @return what was done
     */
    public static Migration migrate(Path workDirectory) {
        Path file = DatabaseFile.create(workDirectory);
        var before = new AtomicInteger();
        SqliteDatabase.open(
                        file,
                        DatabaseLimits.USUAL,
                        database -> before.set(Migrations.createOrMigrate(database)))
                .close();
        return new Migration(file, before.get(), Migrations.CURRENT);
    }

    /**
     * What became of a database.
     *
     * @param before the version of its schema before, 0 if there was none
     * @param now the version that it has now
     */
    public record Migration(Path file, int before, int now) {}

    /** A database of this program's version, whatever there was. */
    public static SqliteJobStore createOrMigrate(Path workDirectory) {
        return createOrMigrate(workDirectory, DatabaseLimits.USUAL);
    }

    public static SqliteJobStore createOrMigrate(Path workDirectory, DatabaseLimits limits) {
        Path file = DatabaseFile.create(workDirectory);
        return new SqliteJobStore(SqliteDatabase.open(file, limits, Migrations::createOrMigrate));
    }

    /**
     * For commands: the database must be there, and of the version that this program knows.
     *
     * @throws StoreException if it is not
     */
    public static SqliteJobStore openExisting(Path workDirectory) {
        return openExisting(workDirectory, DatabaseLimits.USUAL);
    }

    public static SqliteJobStore openExisting(Path workDirectory, DatabaseLimits limits) {
        Path file = DatabaseFile.existing(workDirectory);
        return new SqliteJobStore(SqliteDatabase.open(file, limits, Migrations::requireCurrent));
    }

    /**
     * Writes a whole and consistent copy, while others may go on, and looks whether it is sound. If
     * anything goes wrong nothing is left of it.
     *
     * @param file must not be there yet
     */
    public void backup(Path file) {
        Path copy = DatabaseFile.createCopy(file);
        try {
            database.alone(handle -> handle.execute("VACUUM INTO ?", copy.toString()));
            DatabaseFile.sync(copy);
            SqliteDatabase.open(copy, DatabaseLimits.USUAL, Migrations::requireSound).close();
        } catch (RuntimeException e) {
            DatabaseFile.discard(copy, e);
            throw e;
        }
    }

    /**
     * Takes in what another runner knew, all of it or nothing; what is known here already stays as
     * it is.
     */
    public History.Taken takeOver(History history) {
        return database.write(handle -> HistoryImport.run(handle, history));
    }

    /**
     * Reads the whole file.
     *
     * @throws StoreException if it is damaged
     */
    public void requireHealth() {
        database.read(handle -> {
            Migrations.checkHealth(database, handle);
            return handle;
        });
    }

    @Override
    public boolean add(JobRequest request, List<Job> jobs) {
        return database.write(handle -> {
            if (RequestRows.exists(handle, request.id()) || JobRows.anyExists(handle, jobs)) {
                return false;
            }
            long key = RequestRows.insert(handle, request);
            JobRows.insert(handle, key, jobs);
            RequestRows.noteChange(handle, jobs.isEmpty() ? List.of() : List.of(key));
            return true;
        });
    }

    @Override
    public List<RequestId> known(Collection<RequestId> ids) {
        return database.read(handle -> RequestRows.known(handle, ids));
    }

    @Override
    public Optional<JobRequest> request(RequestId id) {
        return database.read(handle -> RequestRows.find(handle, id));
    }

    @Override
    public List<Job> openJobs() {
        return database.read(JobRows::open);
    }

    @Override
    public List<Job> untidyJobs() {
        return database.read(JobRows::untidy);
    }

    @Override
    public List<Job> keptJobs() {
        return database.read(JobRows::kept);
    }

    @Override
    public List<Job> jobsOf(RequestId request) {
        return database.read(handle -> JobRows.ofRequest(handle, request));
    }

    @Override
    public Optional<Job> job(JobId id) {
        return database.read(handle -> JobRows.find(handle, id));
    }

    @Override
    public List<Job> jobsStartingWith(String idStart, int limit) {
        return database.read(handle -> JobRows.startingWith(handle, idStart, limit));
    }

    @Override
    public List<Job> newestJobs(int limit) {
        return database.read(handle -> JobRows.newest(handle, limit));
    }

    @Override
    public List<Job> latestRuns(WorkspaceName workspace) {
        return database.read(handle -> JobRows.latestRuns(handle, workspace));
    }

    @Override
    public void save(Collection<Job> changed) {
        database.write(handle -> {
            var requests = new LinkedHashSet<Long>();
            JobRows.update(
                    handle,
                    changed,
                    (job, keys) -> {
                        OwnerRows.handOver(handle, keys.job(), job);
                        TurnRows.note(handle, job);
                        if (job.state() instanceof JobState.Executed) {
                            OrderRows.closeKept(handle, keys.job());
                        }
                        requests.add(keys.request());
                    });
            RequestRows.noteChange(handle, requests);
            return changed;
        });
    }

    @Override
    public void saveResults(JobId job, JobResults results) {
        OutputRows.replaceInSteps(database, job, results);
    }

    @Override
    public Optional<JobResults> results(JobId job) {
        return database.read(handle -> OutputRows.results(handle, job));
    }

    @Override
    public Map<WorkspaceName, Instant> lastTurns() {
        return database.read(TurnRows::all);
    }

    @Override
    public void markTidy(JobId job) {
        database.write(handle -> {
            OrderRows.closeKept(handle, JobRows.key(handle, job));
            return JobRows.markTidy(handle, job);
        });
    }

    @Override
    public void saveMetrics(Map<JobId, JobMetrics> metrics) {
        if (!metrics.isEmpty()) {
            database.write(handle -> MetricsRows.replace(handle, metrics));
        }
    }

    @Override
    public Map<JobId, JobMetrics> metrics(Collection<JobId> jobs) {
        return jobs.isEmpty() ? Map.of() : database.read(handle -> MetricsRows.find(handle, jobs));
    }

    @Override
    public Map<JobId, List<OutputFile>> outputsOf(Collection<JobId> jobs) {
        return database.read(handle -> OutputRows.outputsOf(handle, jobs));
    }

    @Override
    public Map<String, JobId> owners(WorkspaceName workspace, Collection<String> paths) {
        return database.read(handle -> OwnerRows.owners(handle, workspace, paths));
    }

    @Override
    public List<OutputFile> filesOf(WorkspaceName workspace, ActionName action) {
        return database.read(handle ->
                OwnerRows.ofAction(handle, workspace, action).stream()
                        .map(OwnedFile::file)
                        .toList());
    }

    @Override
    public List<OwnedFile> filesOf(WorkspaceName workspace) {
        return database.read(handle -> OwnerRows.ofWorkspace(handle, workspace));
    }

    @Override
    public List<WorkspaceName> workspacesWithFiles() {
        return database.read(OwnerRows::workspaces);
    }

    @Override
    public void orderStop(JobId job, StopReason why, Instant at) {
        database.write(handle -> OrderRows.order(handle, job, why, at));
    }

    @Override
    public List<StopOrder> openOrders() {
        return database.read(OrderRows::open);
    }

    @Override
    public void closeOrders(Collection<Long> ids, Instant at) {
        if (!ids.isEmpty()) {
            database.write(handle -> OrderRows.close(handle, ids, at));
        }
    }

    @Override
    public void markStopSent(JobId job, Instant at) {
        database.write(handle -> JobRows.markStopSent(handle, job, at));
    }

    @Override
    public Optional<Instant> stopSent(JobId job) {
        return database.read(handle -> JobRows.stopSent(handle, job));
    }

    @Override
    public void orderKept(JobId job, KeptOrder.Wish wish, Instant at) {
        database.write(handle -> OrderRows.orderKept(handle, job, wish, at));
    }

    @Override
    public List<KeptOrder> openKeptOrders() {
        return database.read(OrderRows::openKept);
    }

    @Override
    public Map<String, Flag> flags() {
        return database.read(FlagRows::all);
    }

    @Override
    public void setFlags(Map<String, Optional<String>> values, Instant at) {
        database.write(handle -> {
            values.forEach((name, value) -> FlagRows.set(handle, name, value, at));
            return values;
        });
    }

    @Override
    public void markFlagsSeen(Map<String, Flag> flags, Instant at) {
        if (hasUnseenFlags()) {
            database.write(handle -> FlagRows.markSeen(handle, flags, at));
        }
    }

    @Override
    public boolean hasUnseenFlags() {
        return database.read(FlagRows::hasUnseen);
    }

    @Override
    public List<UnreportedRequest> unreported() {
        return database.read(RequestRows::unreported);
    }

    @Override
    public List<UnreportedRequest> openRequests() {
        return database.read(RequestRows::open);
    }

    @Override
    public void markReported(RequestId request, long mark) {
        database.write(handle -> RequestRows.markReported(handle, request, mark));
    }

    @Override
    public void close() {
        database.close();
    }
}
