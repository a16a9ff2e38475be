package org.securebackend.runner.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Requests of a job server, for tests: ordinary but for what a test asks for. */
public final class TestRequests {
    public static final String STUDY = "https://github.com/opensafely/study";
    public static final String COMMIT = "1".repeat(40);
    public static final Instant RECEIVED = Instant.parse("2026-01-01T00:00:00Z");

    private TestRequests() {}

    /** Asks for these actions; nothing is forced, cancelled or out of date. */
    public static JobRequest of(String id, String workspace, String... actions) {
        return of(id, workspace, List.of(actions), false);
    }

    /** Asks for these actions, and for all that they need to run again. */
    public static JobRequest forcing(String id, String workspace, String... actions) {
        return of(id, workspace, List.of(actions), true);
    }

    private static JobRequest of(
            String id, String workspace, List<String> actions, boolean forced) {
        return new JobRequest(
                new RequestId(id),
                JobRequest.Origin.SERVER,
                workspace,
                STUDY,
                "main",
                COMMIT,
                "default",
                actions,
                List.of(),
                forced,
                true,
                Optional.empty(),
                RECEIVED,
                "{}");
    }
}
