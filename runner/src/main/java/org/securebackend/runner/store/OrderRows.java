package org.securebackend.runner.store;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.StopReason;
import org.securebackend.runner.store.JobStore.KeptOrder;
import org.securebackend.runner.store.JobStore.StopOrder;

/** The table {@code job_order}. */
final class OrderRows {
    static final String OPEN =
            """
            SELECT job_order.id, job.id AS job_id, why, ordered_at
            FROM job_order INDEXED BY job_order_open CROSS JOIN job ON job.seq = job_order.job
            WHERE closed_at IS NULL AND why NOT IN ('RETRY', 'REMOVE') ORDER BY job_order.id
            """;

    static final String OPEN_KEPT =
            """
            SELECT job_order.id, job.id AS job_id, why, ordered_at
            FROM job_order INDEXED BY job_order_open CROSS JOIN job ON job.seq = job_order.job
            WHERE closed_at IS NULL AND why IN ('RETRY', 'REMOVE') ORDER BY job_order.id
            """;

    private OrderRows() {}

    /**
     * Adds an order for a job that is not done. A stop for good is ordered once; a stop after which
     * the job starts again may be ordered again when the last one was carried out.
     */
    static int order(Handle handle, JobId job, StopReason why, Instant at) {
        return handle.createUpdate(
                        """
                        INSERT INTO job_order (job, why, ordered_at)
                        SELECT seq, :why, :at FROM job
                        WHERE id = :job AND is_open = 1 AND NOT EXISTS (
                            SELECT 1 FROM job_order
                            WHERE job_order.job = job.seq AND why = :why
                            AND (:forGood OR closed_at IS NULL))
                        """)
                .bind("job", job.value())
                .bind("why", why.name())
                .bind("at", Times.column(at))
                .bind("forGood", isForGood(why) ? 1 : 0)
                .execute();
    }

    private static boolean isForGood(StopReason why) {
        return switch (why) {
            case CANCELLED_BY_USER, KILLED_BY_ADMIN -> true;
            case DATABASE_MAINTENANCE, REBOOT -> false;
        };
    }

    static List<StopOrder> open(Handle handle) {
        return handle.createQuery(OPEN)
                .map((row, _) ->
                        new StopOrder(
                                row.getLong("id"),
                                new JobId(row.getString("job_id")),
                                StopReason.valueOf(row.getString("why")),
                                Times.instant(row.getLong("ordered_at"))))
                .list();
    }

    /** Adds an order about a job that is kept, unless the same is open already. */
    static int orderKept(Handle handle, JobId job, KeptOrder.Wish wish, Instant at) {
        return handle.createUpdate(
                        """
                        INSERT INTO job_order (job, why, ordered_at)
                        SELECT seq, :why, :at FROM job
                        WHERE id = :job AND is_kept = 1 AND NOT EXISTS (
                            SELECT 1 FROM job_order
                            WHERE job_order.job = job.seq AND why = :why AND closed_at IS NULL)
                        """)
                .bind("job", job.value())
                .bind("why", wish.name())
                .bind("at", Times.column(at))
                .execute();
    }

    static List<KeptOrder> openKept(Handle handle) {
        return handle.createQuery(OPEN_KEPT)
                .map((row, _) ->
                        new KeptOrder(
                                row.getLong("id"),
                                new JobId(row.getString("job_id")),
                                KeptOrder.Wish.valueOf(row.getString("why")),
                                Times.instant(row.getLong("ordered_at"))))
                .list();
    }

    /** The job is not kept any more. */
    static int closeKept(Handle handle, long job) {
        return handle.createUpdate(
                        """
                        UPDATE job_order
                        SET closed_at = CAST(unixepoch('subsec') * 1000 AS INTEGER) * 1000000
                        WHERE job = :job AND why IN ('RETRY', 'REMOVE') AND closed_at IS NULL
                        """)
                .bind("job", job)
                .execute();
    }

    static int close(Handle handle, Collection<Long> ids, Instant at) {
        try (PreparedBatch batch =
                handle.prepareBatch(
                        "UPDATE job_order SET closed_at = ? WHERE id = ? AND closed_at IS NULL")) {
            ids.forEach(id -> batch.add(Times.column(at), id));
            return batch.execute().length;
        }
    }
}
