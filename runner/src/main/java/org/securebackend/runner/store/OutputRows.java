package org.securebackend.runner.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.pipeline.PrivacyLevel;

/** The tables {@code job_result} and {@code job_output}. */
final class OutputRows {
    private static final int BATCH = 2_000;

    /** SQLite sorts by bytes, which is another order for characters above U+FFFF. */
    static final Comparator<OutputFile> BY_PATH = Comparator.comparing(OutputFile::path);

    private static final String INSERT =
            "INSERT INTO job_output VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    static final String OF_JOBS =
            """
            SELECT job.id AS job_id, job_output.*
            FROM json_each(:jobs) wanted
            CROSS JOIN job ON job.id = wanted.value
            CROSS JOIN job_output ON job_output.job = job.seq
            """;

    private OutputRows() {}

    /** Puts {@code results} in the place of what was found before, all in one change. */
    static void replace(Handle handle, JobId id, JobResults results) {
        long job = forget(handle, id);
        batches(results.outputs()).forEach(batch -> insert(handle, job, batch));
        complete(handle, job, results);
    }

    /**
     * As {@link #replace}, but many files are saved in several changes, so that others need not
     * wait until all are: the job counts as looked at only with the last one.
     */
    static void replaceInSteps(SqliteDatabase database, JobId id, JobResults results) {
        if (results.outputs().size() <= BATCH) {
            database.write(handle -> {
                replace(handle, id, results);
                return id;
            });
            return;
        }
        long job = database.write(handle -> forget(handle, id));
        for (List<OutputFile> batch : batches(results.outputs())) {
            database.write(handle -> {
                insert(handle, job, batch);
                return job;
            });
        }
        database.write(handle -> complete(handle, job, results));
    }

    private static List<List<OutputFile>> batches(List<OutputFile> outputs) {
        var batches = new ArrayList<List<OutputFile>>();
        for (int from = 0; from < outputs.size(); from += BATCH) {
            batches.add(outputs.subList(from, Math.min(from + BATCH, outputs.size())));
        }
        return batches;
    }

    private static int complete(Handle handle, long job, JobResults results) {
        return handle.execute(
                "INSERT INTO job_result (job, content) VALUES (?, ?)",
                job,
                ResultsCodec.write(results));
    }

    /** Gives the job's key. */
    private static long forget(Handle handle, JobId id) {
        long job = JobRows.key(handle, id);
        handle.execute("DELETE FROM job_result WHERE job = ?", job);
        handle.execute("DELETE FROM job_output WHERE job = ?", job);
        return job;
    }

    // Not by way of Jdbi: of 100,000 files it would keep every value until the last was bound.
    private static void insert(Handle handle, long job, List<OutputFile> outputs) {
        try (PreparedStatement batch = handle.getConnection().prepareStatement(INSERT)) {
            for (OutputFile file : outputs) {
                bind(batch, job, file);
                batch.addBatch();
            }
            batch.executeBatch();
        } catch (SQLException e) {
            throw new ConnectionException(e);
        }
    }

    private static void bind(PreparedStatement row, long job, OutputFile file) throws SQLException {
        row.setLong(1, job);
        row.setString(2, file.path());
        row.setString(3, file.level().name());
        row.setLong(4, file.bytes());
        row.setString(5, file.sha256());
        row.setString(6, file.modifiedAt().toString());
        row.setString(7, file.notReleased().orElse(null));
        bind(row, 8, file.rows());
        bind(row, 9, file.columns());
        row.setString(10, ChecksCodec.write(file.checks()));
    }

    private static void bind(PreparedStatement row, int column, OptionalLong number)
            throws SQLException {
        if (number.isPresent()) {
            row.setLong(column, number.getAsLong());
        } else {
            row.setNull(column, Types.BIGINT);
        }
    }

    static Optional<JobResults> results(Handle handle, JobId job) {
        return handle.createQuery(
                        "SELECT content FROM job CROSS JOIN job_result"
                                + " ON job_result.job = job.seq WHERE job.id = :id")
                .bind("id", job.value())
                .mapTo(String.class)
                .findOne()
                .map(content -> ResultsCodec.read(outputsOf(handle, job), content));
    }

    private static List<OutputFile> outputsOf(Handle handle, JobId job) {
        return outputsOf(handle, List.of(job)).getOrDefault(job, List.of());
    }

    static Map<JobId, List<OutputFile>> outputsOf(Handle handle, Collection<JobId> jobs) {
        var found = new LinkedHashMap<JobId, List<OutputFile>>();
        jobs.forEach(job -> found.put(job, new ArrayList<>()));
        handle.createQuery(OF_JOBS)
                .bind("jobs", jsonIds(jobs))
                .map((row, _) -> Map.entry(new JobId(row.getString("job_id")), file(row)))
                .forEach(entry ->
                        found.computeIfAbsent(entry.getKey(), _ -> new ArrayList<>())
                                .add(entry.getValue()));
        found.values().forEach(files -> files.sort(BY_PATH));
        return found;
    }

    private static String jsonIds(Collection<JobId> jobs) {
        return Json.write(Json.texts(jobs.stream().map(JobId::value).distinct().toList()));
    }

    static OutputFile file(ResultSet row) throws SQLException {
        return new OutputFile(
                row.getString("path"),
                PrivacyLevel.valueOf(row.getString("level")),
                row.getLong("bytes"),
                row.getString("sha256"),
                Instant.parse(row.getString("modified_at")),
                Optional.ofNullable(row.getString("not_released")),
                optionalLong(row, "row_count"),
                optionalLong(row, "column_count"),
                ChecksCodec.read(row.getString("checks")));
    }

    private static OptionalLong optionalLong(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
