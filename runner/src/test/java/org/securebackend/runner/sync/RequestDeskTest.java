package org.securebackend.runner.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.sync.SyncBench.in;
import static org.securebackend.runner.sync.SyncBench.request;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.source.SourceUnavailableException;

class RequestDeskTest {
    @TempDir private Path folder;
    private SyncBench bench;

    @BeforeEach
    void setUp() {
        bench = new SyncBench(folder);
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void requestsOfOneWorkspaceAreTakenInOneAfterTheOther() {
        bench.holding = true;
        bench.desk.handIn(request("r1", "extract"));
        bench.desk.handIn(request("r2", "model"));
        assertThat(bench.held).hasSize(1);

        bench.held.remove().run();

        assertThat(bench.actions("r1")).containsExactly("extract");
        assertThat(bench.actions("r2")).containsExactly("model");
    }

    @Test
    void slowHostDelaysOnlyItsOwnWorkspace() {
        bench.holding = true;
        bench.desk.handIn(in("slow", request("r1", "alone")));
        bench.desk.handIn(in("fast", request("r2", "alone")));

        bench.held.removeLast().run();

        assertThat(bench.actions("r1")).isEmpty();
        assertThat(bench.actions("r2")).containsExactly("alone");
    }

    @Test
    void requestInWorkIsNotHandedInTwice() {
        bench.holding = true;
        bench.desk.handIn(request("r", "alone"));
        bench.desk.handIn(request("r", "alone"));

        bench.held.remove().run();

        assertThat(bench.announced).hasSize(1);
        assertThat(bench.held).isEmpty();
    }

    @Test
    void codeThatCannotBeFetchedIsTriedAgainAndThenRefused() {
        bench.source.troubleByBranch.put(
                "main", new SourceUnavailableException("GitError", "no answer", null));
        bench.desk.handIn(request("r", "alone"));
        assertThat(bench.actions("r")).isEmpty();

        bench.later(Duration.ofMinutes(59));
        bench.desk.handIn(request("r", "alone"));
        assertThat(bench.actions("r")).isEmpty();

        bench.later(Duration.ofMinutes(1));
        bench.desk.handIn(request("r", "alone"));
        assertThat(bench.actions("r")).containsExactly("__error__");
    }

    @Test
    void codeThatCanBeFetchedAgainIsRun() {
        bench.source.troubleByBranch.put(
                "main", new SourceUnavailableException("GitError", "no answer", null));
        bench.desk.handIn(request("r", "alone"));
        bench.source.troubleByBranch.clear();

        bench.desk.handIn(request("r", "alone"));

        assertThat(bench.actions("r")).containsExactly("alone");
    }

    @Test
    void faultOfOursFailsThatRequestOnly() {
        bench.source.troubleByBranch.put("main", new IllegalStateException("a fault"));
        bench.desk.handIn(request("r1", "alone"));
        bench.source.troubleByBranch.clear();

        bench.desk.handIn(request("r2", "alone"));

        assertThat(bench.actions("r1")).containsExactly("__error__");
        assertThat(bench.actions("r2")).containsExactly("alone");
    }
}
