package org.securebackend.runner.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobMetrics;

/** The table {@code job_metrics}. */
final class MetricsRows {
    static final String OF_JOBS =
            """
            SELECT job.id AS job_id, job_metrics.*
            FROM json_each(:jobs) wanted
            CROSS JOIN job ON job.id = wanted.value
            CROSS JOIN job_metrics ON job_metrics.job = job.seq
            """;

    private MetricsRows() {}

    static int replace(Handle handle, Map<JobId, JobMetrics> metrics) {
        try (PreparedBatch batch =
                handle.prepareBatch(
                        """
                        INSERT OR REPLACE INTO job_metrics
                        SELECT seq, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM job WHERE id = ?
                        """)) {
            metrics.forEach((job, each) ->
                    batch.add(
                            each.program(),
                            Times.column(each.measuredAt()),
                            each.processorTime().toNanos(),
                            each.processor().sample(),
                            each.processor().sum(),
                            each.processor().mean(),
                            each.processor().peak(),
                            each.memory().sample(),
                            each.memory().sum(),
                            each.memory().mean(),
                            each.memory().peak(),
                            job.value()));
            return batch.execute().length;
        }
    }

    static Map<JobId, JobMetrics> find(Handle handle, Collection<JobId> jobs) {
        var found = new HashMap<JobId, JobMetrics>();
        handle.createQuery(OF_JOBS)
                .bind("jobs", Json.write(Json.texts(jobs.stream().map(JobId::value).toList())))
                .map((row, _) -> Map.entry(new JobId(row.getString("job_id")), metrics(row)))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return Map.copyOf(found);
    }

    private static JobMetrics metrics(ResultSet row) throws SQLException {
        return new JobMetrics(
                row.getString("program"),
                Times.instant(row.getLong("measured_at")),
                Duration.ofNanos(row.getLong("processor_nanos")),
                series(row, "processor_"),
                series(row, "memory_"));
    }

    private static JobMetrics.Series series(ResultSet row, String prefix) throws SQLException {
        return new JobMetrics.Series(
                row.getDouble(prefix + "sample"),
                row.getDouble(prefix + "sum"),
                row.getDouble(prefix + "mean"),
                row.getDouble(prefix + "peak"));
    }
}
