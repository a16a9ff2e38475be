package org.securebackend.runner.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.JobRequest.Origin;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.store.JobStore.UnreportedRequest;

/** The tables {@code request} and {@code report_mark}. */
final class RequestRows {
    static final String KNOWN =
            "SELECT request.id FROM json_each(:ids) wanted"
                    + " CROSS JOIN request ON request.id = wanted.value";

    static final String UNREPORTED =
            "SELECT id, mark FROM request WHERE unreported_since IS NOT NULL"
                    + " ORDER BY unreported_since, seq";

    static final String OPEN =
            """
            SELECT DISTINCT request.id, request.mark
            FROM job INDEXED BY job_open CROSS JOIN request ON request.seq = job.request
            WHERE job.is_open = 1 AND request.origin = 'SERVER'
            ORDER BY request.seq
            """;

    private RequestRows() {}

    static boolean exists(Handle handle, RequestId id) {
        return !known(handle, List.of(id)).isEmpty();
    }

    /** Gives the row's key. */
    static long insert(Handle handle, JobRequest request) {
        return handle.createQuery(
                        """
                        INSERT INTO request (id, origin, received_at, content, original, mark)
                        VALUES (:id, :origin, :receivedAt, :content, :original, 0)
                        RETURNING seq
                        """)
                .bind("id", request.id().value())
                .bind("origin", request.origin().name())
                .bind("receivedAt", Times.column(request.receivedAt()))
                .bind("content", RequestCodec.write(request))
                .bind("original", request.original())
                .mapTo(Long.class)
                .one();
    }

    static List<RequestId> known(Handle handle, Collection<RequestId> ids) {
        return handle.createQuery(KNOWN)
                .bind("ids", Json.write(Json.texts(ids.stream().map(RequestId::value).toList())))
                .map((row, _) -> new RequestId(row.getString("id")))
                .list();
    }

    static Optional<JobRequest> find(Handle handle, RequestId id) {
        return handle.createQuery("SELECT * FROM request WHERE id = :id")
                .bind("id", id.value())
                .map((row, _) -> request(row))
                .findOne();
    }

    private static JobRequest request(ResultSet row) throws SQLException {
        var columns =
                new RequestCodec.Columns(
                        new RequestId(row.getString("id")),
                        Origin.valueOf(row.getString("origin")),
                        Times.instant(row.getLong("received_at")),
                        row.getString("original"));
        return RequestCodec.read(columns, row.getString("content"));
    }

    /** Notes that jobs of these requests, named by key, changed. */
    static void noteChange(Handle handle, Collection<Long> requests) {
        if (requests.isEmpty()) {
            return;
        }
        long mark =
                handle.createQuery("UPDATE report_mark SET value = value + 1 RETURNING value")
                        .mapTo(Long.class)
                        .one();
        for (long request : requests) {
            handle.createUpdate(
                            """
                            UPDATE request
                            SET mark = :mark,
                                unreported_since = CASE origin WHEN 'SERVER'
                                    THEN coalesce(unreported_since, :mark) END
                            WHERE seq = :request
                            """)
                    .bind("mark", mark)
                    .bind("request", request)
                    .execute();
        }
    }

    static List<UnreportedRequest> unreported(Handle handle) {
        return marks(handle, UNREPORTED);
    }

    static List<UnreportedRequest> open(Handle handle) {
        return marks(handle, OPEN);
    }

    private static List<UnreportedRequest> marks(Handle handle, String query) {
        return handle.createQuery(query)
                .map((row, _) ->
                        new UnreportedRequest(
                                new RequestId(row.getString("id")), row.getLong("mark")))
                .list();
    }

    static int markReported(Handle handle, RequestId request, long mark) {
        return handle.createUpdate(
                        """
                        UPDATE request
                        SET unreported_since = CASE WHEN mark > :mark
                            THEN max(unreported_since, :mark + 1) END
                        WHERE id = :id AND unreported_since IS NOT NULL
                        """)
                .bind("mark", mark)
                .bind("id", request.value())
                .execute();
    }
}
