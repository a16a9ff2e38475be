package org.securebackend.runner.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobDefinition;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;

/** The table {@code job}. */
final class JobRows {
    private static final String COLUMNS = "SELECT job.*, request.id AS request_id FROM ";

    private static final String REQUEST = " CROSS JOIN request ON request.seq = job.request ";

    static final String OPEN =
            COLUMNS
                    + "job INDEXED BY job_open"
                    + REQUEST
                    + "WHERE job.is_open = 1 ORDER BY job.created_at, job.seq";

    static final String UNTIDY =
            COLUMNS
                    + "job INDEXED BY job_untidy"
                    + REQUEST
                    + "WHERE job.is_open = 0 AND job.is_tidy = 0 AND job.is_kept = 0"
                    + " ORDER BY job.changed_at, job.seq";

    static final String KEPT =
            COLUMNS
                    + "job INDEXED BY job_kept"
                    + REQUEST
                    + "WHERE job.is_kept = 1 ORDER BY job.changed_at, job.seq";

    static final String OF_REQUEST =
            COLUMNS
                    + "request CROSS JOIN job ON job.request = request.seq"
                    + " WHERE request.id = :request ORDER BY job.seq";

    static final String ANY_OF =
            "SELECT 1 FROM json_each(:ids) wanted CROSS JOIN job ON job.id = wanted.value LIMIT 1";

    static final String BY_ID = COLUMNS + "job" + REQUEST + "WHERE job.id = :id";

    /** Sorts within the index: there may be many such jobs, and few are wanted. */
    static final String STARTING_WITH =
            COLUMNS
                    + "(SELECT seq FROM job INDEXED BY job_id_start"
                    + " WHERE id >= :start AND id < :end"
                    + " ORDER BY created_at DESC, seq DESC LIMIT :limit) found"
                    + " CROSS JOIN job ON job.seq = found.seq"
                    + REQUEST
                    + "ORDER BY job.created_at DESC, job.seq DESC";

    static final String NEWEST =
            COLUMNS
                    + "job INDEXED BY job_newest"
                    + REQUEST
                    + "ORDER BY job.created_at DESC, job.seq DESC LIMIT :limit";

    /** Walks the index from action to action, so that it reads one entry of each. */
    static final String LATEST_RUNS =
            """
            WITH RECURSIVE step (action) AS (
                SELECT min(action) FROM job INDEXED BY job_latest_run
                WHERE workspace = :workspace AND is_cancelled = 0
                UNION ALL
                SELECT (SELECT min(action) FROM job INDEXED BY job_latest_run
                    WHERE workspace = :workspace AND is_cancelled = 0 AND action > step.action)
                FROM step WHERE step.action IS NOT NULL
            )
            SELECT job.*, request.id AS request_id
            FROM step
            CROSS JOIN job ON job.seq = (
                SELECT seq FROM job INDEXED BY job_latest_run
                WHERE workspace = :workspace AND is_cancelled = 0 AND action = step.action
                ORDER BY created_at DESC, seq DESC LIMIT 1)
            CROSS JOIN request ON request.seq = job.request
            """;

    private static final String UPDATE =
            """
            UPDATE job
            SET state = ?1, changed_at = ?2, version = ?3, image = ?4, hindrance = ?5,
                is_open = ?6, is_cancelled = ?7,
                stop_sent_at = CASE WHEN state = ?1 THEN stop_sent_at END,
                is_kept = CASE WHEN ?8 = 1
                    AND json_extract(state, '$.is') IN ('executed', 'collecting', 'publishing')
                    THEN 1 ELSE 0 END
            WHERE id = ?9 AND version = ?10
            RETURNING seq, request
            """;

    private static final int BATCH = 1_000;

    private JobRows() {}

    /** A job's keys in the database. */
    record Keys(long job, long request) {}

    static boolean anyExists(Handle handle, List<Job> jobs) {
        return handle.createQuery(ANY_OF)
                .bind(
                        "ids",
                        Json.write(Json.texts(jobs.stream().map(job -> job.id().value()).toList())))
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    /** A job's key. */
    static long key(Handle handle, JobId id) {
        return handle.createQuery("SELECT seq FROM job WHERE id = :id")
                .bind("id", id.value())
                .mapTo(Long.class)
                .findOne()
                .orElseThrow(() -> new StoreException("there is no job " + id, null));
    }

    static void insert(Handle handle, long request, List<Job> jobs) {
        for (int from = 0; from < jobs.size(); from += BATCH) {
            insertSome(handle, request, jobs.subList(from, Math.min(from + BATCH, jobs.size())));
        }
    }

    private static void insertSome(Handle handle, long request, List<Job> jobs) {
        try (PreparedBatch batch =
                handle.prepareBatch(
                        """
                        INSERT INTO job (id, request, action, created_at, workspace, work, is_tidy,
                            state, changed_at, version, image, hindrance, is_open, is_cancelled)
                        VALUES (:id, :request, :action, :createdAt, :workspace, :work, :tidy,
                            :state, :changedAt, :version, :image, :hindrance, :open, :cancelled)
                        """)) {
            jobs.forEach(job -> bindChanging(bindDefinition(batch, request, job), job).add());
            batch.execute();
        }
    }

    private static PreparedBatch bindDefinition(PreparedBatch row, long request, Job job) {
        JobDefinition definition = job.definition();
        return row.bind("id", job.id().value())
                .bind("request", request)
                .bind("action", definition.action().value())
                .bind("createdAt", Times.column(definition.createdAt()))
                .bind("workspace", definition.work().map(work -> work.workspace().value()))
                .bind("work", definition.work().map(WorkCodec::write))
                .bind("tidy", job.isDone() ? 1 : 0);
    }

    /**
     * Writes what may change of each job, if the stored one is exactly one version behind. A job is
     * kept that the platform failed when its program had ended by itself: so its outputs can be
     * collected again. Of one that was being stopped they may be half written.
     *
     * @param saved hears of each job's keys once it is written
     */
    // Not by way of Jdbi: of a request's thousands of jobs it would prepare each anew.
    static void update(Handle handle, Collection<Job> jobs, BiConsumer<Job, Keys> saved) {
        try (PreparedStatement row = handle.getConnection().prepareStatement(UPDATE)) {
            for (Job job : jobs) {
                bindChanging(row, job);
                try (ResultSet keys = row.executeQuery()) {
                    if (!keys.next()) {
                        throw stale(job);
                    }
                    saved.accept(job, new Keys(keys.getLong("seq"), keys.getLong("request")));
                }
            }
        } catch (SQLException e) {
            throw new ConnectionException(e);
        }
    }

    private static void bindChanging(PreparedStatement row, Job job) throws SQLException {
        row.setString(1, StateCodec.write(job.state()));
        row.setLong(2, Times.column(job.changedAt()));
        row.setLong(3, job.version());
        row.setString(4, job.image().map(ImageDigest::value).orElse(null));
        row.setString(5, job.hindrance().map(HindranceCodec::write).orElse(null));
        row.setInt(6, job.isDone() ? 0 : 1);
        row.setInt(7, isCancelled(job.state()) ? 1 : 0);
        row.setInt(8, isBroken(job.state()) ? 1 : 0);
        row.setString(9, job.id().value());
        row.setLong(10, job.version() - 1);
    }

    private static StaleJobException stale(Job job) {
        return new StaleJobException(
                "job %s was changed by somebody else: its version %d does not follow the stored one"
                        .formatted(job.id(), job.version()));
    }

    private static <S extends SqlStatement<S>> S bindChanging(S statement, Job job) {
        return statement
                .bind("state", StateCodec.write(job.state()))
                .bind("changedAt", Times.column(job.changedAt()))
                .bind("version", job.version())
                .bind("image", job.image().map(ImageDigest::value))
                .bind("hindrance", job.hindrance().map(HindranceCodec::write))
                .bind("open", job.isDone() ? 0 : 1)
                .bind("cancelled", isCancelled(job.state()) ? 1 : 0);
    }

    private static boolean isCancelled(JobState state) {
        return state instanceof JobState.Failed(_, _, FailureReason.CancelledByUser _);
    }

    private static boolean isBroken(JobState state) {
        return state instanceof JobState.Failed(_, _, FailureReason.Platform _);
    }

    static int markTidy(Handle handle, JobId id) {
        return handle.createUpdate("UPDATE job SET is_tidy = 1, is_kept = 0 WHERE id = :id")
                .bind("id", id.value())
                .execute();
    }

    /** The first time counts. */
    static int markStopSent(Handle handle, JobId id, Instant at) {
        return handle.createUpdate(
                        "UPDATE job SET stop_sent_at = coalesce(stop_sent_at, :at) WHERE id = :id")
                .bind("id", id.value())
                .bind("at", Times.column(at))
                .execute();
    }

    static Optional<Instant> stopSent(Handle handle, JobId id) {
        return handle.createQuery(
                        "SELECT stop_sent_at FROM job WHERE id = :id AND stop_sent_at IS NOT NULL")
                .bind("id", id.value())
                .mapTo(Long.class)
                .findOne()
                .map(Times::instant);
    }

    static List<Job> open(Handle handle) {
        return jobs(handle.createQuery(OPEN));
    }

    static List<Job> untidy(Handle handle) {
        return jobs(handle.createQuery(UNTIDY));
    }

    static List<Job> kept(Handle handle) {
        return jobs(handle.createQuery(KEPT));
    }

    static List<Job> ofRequest(Handle handle, RequestId request) {
        return jobs(handle.createQuery(OF_REQUEST).bind("request", request.value()));
    }

    static Optional<Job> find(Handle handle, JobId id) {
        return jobs(handle.createQuery(BY_ID).bind("id", id.value())).stream().findFirst();
    }

    static List<Job> startingWith(Handle handle, String start, int limit) {
        return jobs(
                handle.createQuery(STARTING_WITH)
                        .bind("start", start)
                        .bind("end", start + '\uffff')
                        .bind("limit", limit));
    }

    static List<Job> newest(Handle handle, int limit) {
        return jobs(handle.createQuery(NEWEST).bind("limit", limit));
    }

    static List<Job> latestRuns(Handle handle, WorkspaceName workspace) {
        return jobs(handle.createQuery(LATEST_RUNS).bind("workspace", workspace.value()));
    }

    private static List<Job> jobs(Query query) {
        return query.map((row, _) -> job(row)).list();
    }

    private static Job job(ResultSet row) throws SQLException {
        var id = new JobId(row.getString("id"));
        try {
            var definition =
                    new JobDefinition(
                            id,
                            new RequestId(row.getString("request_id")),
                            new ActionName(row.getString("action")),
                            Times.instant(row.getLong("created_at")),
                            work(row.getString("work")));
            return new Job(
                    definition,
                    StateCodec.read(row.getString("state")),
                    Times.instant(row.getLong("changed_at")),
                    row.getLong("version"),
                    Optional.ofNullable(row.getString("image")).map(ImageDigest::new),
                    Optional.ofNullable(row.getString("hindrance")).map(HindranceCodec::read));
        } catch (StoreException | IllegalArgumentException e) {
            throw new StoreException("job %s in the database cannot be read".formatted(id), e);
        }
    }

    private static Optional<Work> work(@Nullable String column) {
        return Optional.ofNullable(column).map(WorkCodec::read);
    }
}
