package org.securebackend.runner.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.CommitId;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobDefinition;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.TestRequests;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.job.Work.Need;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.pipeline.OutputPattern;
import org.securebackend.runner.pipeline.OutputSpec;
import org.securebackend.runner.pipeline.PrivacyLevel;
import org.securebackend.runner.pipeline.RunCommand;
import org.securebackend.runner.store.SqliteJobStore;

/**
 * A store in which much has happened. One job is made by the store itself; its rows are copied with
 * other names by SQLite alone, in one transaction and without indexes until the end: a million take
 * seconds.
 */
final class History {
    static final int JOBS_OF_A_REQUEST = 10;
    private static final int WORKSPACES = 1_000;
    private static final Instant LONG_AGO = Instant.parse("2025-01-01T00:00:00Z");
    private static final ImageDigest IMAGE = new ImageDigest("sha256:" + "0".repeat(64));

    /** Sixteen characters of a job id's alphabet. */
    private static final String SOME_ID =
            "replace(replace(replace(replace(lower(hex(randomblob(8))),"
                    + " '0', 'g'), '1', 'h'), '8', 'i'), '9', 'j')";

    private History() {}

    /** Makes the store of {@code workDirectory} with so many finished jobs. */
    static void create(Path workDirectory, int jobs) throws SQLException {
        try (var store = SqliteJobStore.createOrMigrate(workDirectory)) {
            Job job = job("template", "template", "a", LONG_AGO, List.of());
            store.add(TestRequests.of("template", "template", "run_all"), List.of(job));
            finish(store, job, List.of(file("output/a.csv")));
            store.markTidy(job.id());
            store.markReported(job.definition().request(), Long.MAX_VALUE - 1);
        }
        try (Connection connection =
                        DriverManager.getConnection(
                                "jdbc:sqlite:" + workDirectory.resolve("runner.sqlite").toUri());
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA synchronous = OFF");
            statement.execute("PRAGMA cache_size = -400000");
            connection.setAutoCommit(false);
            List<String> indexes = dropIndexes(statement);
            fill(statement, jobs);
            for (String index : indexes) {
                statement.execute(index);
            }
            connection.commit();
            connection.setAutoCommit(true);
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    private static List<String> dropIndexes(Statement statement) throws SQLException {
        var made = new ArrayList<String>();
        var names = new ArrayList<String>();
        try (ResultSet rows =
                statement.executeQuery(
                        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")) {
            while (rows.next()) {
                names.add(rows.getString(1));
                made.add(rows.getString(2));
            }
        }
        for (String name : names) {
            statement.execute("DROP INDEX " + name);
        }
        return made;
    }

    private static void fill(Statement statement, int jobs) throws SQLException {
        String numbers =
                "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %d) ";
        statement.execute(
                numbers.formatted(jobs / JOBS_OF_A_REQUEST)
                        + """
                        INSERT INTO request
                        SELECT 10 + i, 'old' || i, origin, received_at, content, original, mark, NULL
                        FROM n CROSS JOIN (SELECT * FROM request WHERE seq = 1)
                        """);
        statement.execute(
                numbers.formatted(jobs)
                        + """
                        INSERT INTO job (seq, id, request, action, created_at, workspace, work,
                            state, changed_at, version, image, is_open, is_tidy, is_cancelled)
                        SELECT 10 + i, %s, 10 + i / %d, 'a' || i %% %d,
                            created_at + i * 1000000000, 'w' || i / %d %% %d,
                            replace(work, '"template"', '"w' || i / %d %% %d || '"'),
                            state, changed_at + i * 1000000000, version, image, 0, 1, 0
                        FROM n CROSS JOIN (SELECT * FROM job WHERE seq = 1)
                        """
                                .formatted(
                                        SOME_ID,
                                        JOBS_OF_A_REQUEST,
                                        JOBS_OF_A_REQUEST,
                                        JOBS_OF_A_REQUEST,
                                        WORKSPACES,
                                        JOBS_OF_A_REQUEST,
                                        WORKSPACES));
        statement.execute(
                numbers.formatted(jobs)
                        + "INSERT INTO job_result SELECT 10 + i, content"
                        + " FROM n CROSS JOIN (SELECT * FROM job_result WHERE job = 1)");
        statement.execute(
                numbers.formatted(jobs)
                        + "INSERT INTO job_output SELECT 10 + i, %s"
                                .formatted(outputColumns(statement))
                        + " FROM n CROSS JOIN (SELECT * FROM job_output WHERE job = 1)");
    }

    /** All but the first, which is the job. */
    private static String outputColumns(Statement statement) throws SQLException {
        var names = new ArrayList<String>();
        try (ResultSet rows = statement.executeQuery("PRAGMA table_info(job_output)")) {
            while (rows.next()) {
                names.add(rows.getString("name"));
            }
        }
        return String.join(", ", names.subList(1, names.size()));
    }

    /** A job as it is planned. */
    static Job job(String request, String workspace, String action, Instant at, List<Need> needs) {
        var work =
                new Work(
                        new WorkspaceName(workspace),
                        new CodeLocation(TestRequests.STUDY, new CommitId(TestRequests.COMMIT)),
                        Optional.empty(),
                        new RunCommand("python", "v1", List.of("python", "analysis.py")),
                        new OutputSpec(
                                List.of(
                                        new OutputSpec.Output(
                                                PrivacyLevel.HIGHLY_SENSITIVE,
                                                "out",
                                                new OutputPattern("output/" + action + ".csv")))),
                        needs,
                        false,
                        "default");
        return Job.waiting(
                new JobDefinition(
                        JobId.of(new RequestId(request), action),
                        new RequestId(request),
                        new ActionName(action),
                        at,
                        Optional.of(work)));
    }

    /** A request of {@code count} actions, each fed by the one before it, none of them started. */
    static List<Job> chain(String request, String workspace, int count) {
        return IntStream.range(0, count)
                .mapToObj(i ->
                        job(
                                request,
                                workspace,
                                "a" + i,
                                Instant.now(),
                                i == 0 ? List.of() : List.of(need(request, "a" + (i - 1)))))
                .toList();
    }

    private static Need need(String request, String action) {
        return new Need(new ActionName(action), JobId.of(new RequestId(request), action));
    }

    static JobRequest request(String id, String workspace) {
        return TestRequests.of(id, workspace, "run_all");
    }

    /** Takes a planned job through its life to its end, saving each step. */
    static Job finish(SqliteJobStore store, Job job, List<OutputFile> files) {
        Job publishing = untilPublishing(store, job, files);
        return saved(store, publishing, new JobEvent.Published());
    }

    static Job untilPublishing(SqliteJobStore store, Job job, List<OutputFile> files) {
        Job collecting =
                saved(
                        store,
                        running(store, job),
                        new JobEvent.ProgramExited(Exit.of(0), Instant.now()));
        collecting = saved(store, collecting, new JobEvent.CollectingStarted());
        store.saveResults(
                job.id(), new JobResults(files, List.of(), List.of(), List.of(), List.of()));
        return saved(store, collecting, new JobEvent.Collected(List.of(), 0));
    }

    static Job running(SqliteJobStore store, Job job) {
        Job preparing = saved(store, job, new JobEvent.SlotGranted());
        Job prepared = saved(store, preparing, new JobEvent.WorkspaceReady(IMAGE));
        return saved(store, prepared, new JobEvent.ProgramStarted(Instant.now()));
    }

    static Job saved(SqliteJobStore store, Job job, JobEvent event) {
        Job next = job.after(event, Instant.now()).orElseThrow();
        store.save(List.of(next));
        return next;
    }

    static OutputFile file(String path) {
        return new OutputFile(
                path,
                PrivacyLevel.HIGHLY_SENSITIVE,
                12,
                "c".repeat(64),
                LONG_AGO,
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty());
    }
}
