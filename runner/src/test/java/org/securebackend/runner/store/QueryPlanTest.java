package org.securebackend.runner.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cost of a cycle depends on what is active, not on history: no query walks a whole table. */
class QueryPlanTest {
    /** What may be walked from end to end: as large as the question, or as what is active. */
    private static final Set<String> SMALL =
            Set.of(
                    "SCAN wanted VIRTUAL TABLE",
                    "SCAN step",
                    "SCAN found",
                    // One row for each workspace, read once at the start.
                    "SCAN workspace_turn",
                    "SCAN job USING INDEX job_open",
                    "SCAN job USING INDEX job_untidy",
                    "SCAN job USING INDEX job_kept",
                    "SCAN request USING INDEX request_unreported",
                    "SCAN job_order USING INDEX job_order_open");

    /** Stops at its limit. */
    private static final String LIMITED = "SCAN job USING INDEX job_newest";

    static Stream<Map.Entry<String, String>> queries() {
        return Map.ofEntries(
                Map.entry("known", RequestRows.KNOWN),
                Map.entry("unreported", RequestRows.UNREPORTED),
                Map.entry("open requests", RequestRows.OPEN),
                Map.entry("open jobs", JobRows.OPEN),
                Map.entry("untidy jobs", JobRows.UNTIDY),
                Map.entry("jobs of a request", JobRows.OF_REQUEST),
                Map.entry("a job", JobRows.BY_ID),
                Map.entry("any of these jobs", JobRows.ANY_OF),
                Map.entry("turns", TurnRows.ALL),
                Map.entry("jobs starting with", JobRows.STARTING_WITH),
                Map.entry("newest jobs", JobRows.NEWEST),
                Map.entry("latest runs", JobRows.LATEST_RUNS),
                Map.entry("outputs", OutputRows.OF_JOBS),
                Map.entry("metrics", MetricsRows.OF_JOBS),
                Map.entry("owners", OwnerRows.OWNERS),
                Map.entry("files of an action", OwnerRows.OF_ACTION),
                Map.entry("files of a workspace", OwnerRows.OF_WORKSPACE),
                Map.entry("workspaces with files", OwnerRows.WORKSPACES),
                Map.entry("open orders", OrderRows.OPEN),
                Map.entry("kept jobs", JobRows.KEPT),
                Map.entry("open orders about kept jobs", OrderRows.OPEN_KEPT))
                .entrySet()
                .stream();
    }

    @ParameterizedTest
    @MethodSource("queries")
    void noQueryWalksHistory(Map.Entry<String, String> query, @TempDir Path folder)
            throws Exception {
        SqliteJobStore.createOrMigrate(folder).close();

        assertThat(plan(folder.resolve("runner.sqlite"), query.getValue()))
                .isNotEmpty()
                .allSatisfy(step ->
                        assertThat(step)
                                .doesNotContain("AUTOMATIC")
                                .satisfiesAnyOf(
                                        s -> assertThat(s).doesNotStartWith("SCAN"),
                                        s -> assertThat(SMALL).anyMatch(s::startsWith),
                                        s -> assertThat(s).isEqualTo(LIMITED)));
    }

    private static List<String> plan(Path file, String query) throws Exception {
        var steps = new ArrayList<String>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("EXPLAIN QUERY PLAN " + query)) {
            while (rows.next()) {
                steps.add(rows.getString("detail"));
            }
        }
        return steps;
    }
}
