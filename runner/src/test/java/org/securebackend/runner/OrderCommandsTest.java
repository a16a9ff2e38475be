package org.securebackend.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.cli.Person;
import org.securebackend.runner.cli.Screen;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.CommitId;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobDefinition;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.StopReason;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.pipeline.OutputSpec;
import org.securebackend.runner.pipeline.RunCommand;
import org.securebackend.runner.store.BackendOrders;
import org.securebackend.runner.store.JobStore.KeptOrder;
import org.securebackend.runner.store.JobStore.StopOrder;
import org.securebackend.runner.store.SqliteJobStore;
import org.securebackend.runner.store.WorkdirLock;

/** Operators' orders as they are typed, on a real store, with no daemon and no engine. */
class OrderCommandsTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
    private static final RequestId REQUEST = new RequestId("r1");

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<String> questions = new ArrayList<>();
    private Path config = Path.of("");
    private Optional<String> answer = Optional.empty();

    @BeforeEach
    void writeConfig() throws IOException {
        config =
                Files.writeString(
                        folder.resolve("config.yaml"),
                        """
                        backend: {name: demo, dummy_data: false, work_directory: %1$s/work}
                        storage: {high: %1$s/high, medium: %1$s/medium}
                        databases: {maintenance_grace: 90s}
                        containers: {engine: "unix://%1$s/no-engine.sock"}
                        """
                                .formatted(folder));
    }

    private int type(String line) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var all = new ArrayList<>(List.of(line.split(" ")));
        all.addAll(List.of("--config", config.toString()));
        Person person =
                question -> {
                    questions.add(question);
                    return answer;
                };
        var screen = new Screen(new Screen.Kind.Other(), new ByteArrayOutputStream());
        return Main.commandLine(new WiredProduct(), screen, person)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    private static Job waiting(String action, boolean database) {
        var work =
                new Work(
                        new WorkspaceName("flucats"),
                        new CodeLocation("https://example.org/study", new CommitId("a".repeat(40))),
                        Optional.empty(),
                        new RunCommand("python", "v2", List.of("python", action)),
                        new OutputSpec(List.of()),
                        List.of(),
                        database,
                        "default");
        return Job.waiting(
                new JobDefinition(
                        JobId.of(REQUEST, action),
                        REQUEST,
                        new ActionName(action),
                        START,
                        Optional.of(work)));
    }

    private static Job waiting(String action) {
        return waiting(action, false);
    }

    private SqliteJobStore store() {
        return SqliteJobStore.createOrMigrate(folder.resolve("work"));
    }

    private void save(Job... jobs) {
        var request =
                new JobRequest(
                        REQUEST,
                        JobRequest.Origin.LOCAL,
                        "flucats",
                        "https://example.org/study",
                        "main",
                        "",
                        "default",
                        List.of("run_all"),
                        List.of(),
                        false,
                        true,
                        Optional.empty(),
                        START,
                        "{}");
        try (var store = store()) {
            assertThat(store.add(request, List.of(jobs))).isTrue();
        }
    }

    private Job after(Job job, JobEvent... events) {
        Job now = job;
        try (var store = store()) {
            for (JobEvent event : events) {
                now = now.after(event, now.changedAt().plus(Duration.ofSeconds(1))).orElseThrow();
                store.save(List.of(now));
            }
        }
        return now;
    }

    private Job running(Job job) {
        return after(
                job,
                new JobEvent.SlotGranted(),
                new JobEvent.WorkspaceReady(new ImageDigest("sha256:" + "d".repeat(64))),
                new JobEvent.ProgramStarted(START));
    }

    private Job broken(Job job) {
        return after(
                running(job),
                new JobEvent.ProgramExited(org.securebackend.runner.job.Exit.of(0), START),
                new JobEvent.Broke(new FailureReason.Platform("The disk is broken", "ref1")));
    }

    private BackendOrders orders() {
        try (var store = store()) {
            return BackendOrders.of(store.flags());
        }
    }

    private List<StopOrder> stops() {
        try (var store = store()) {
            return store.openOrders();
        }
    }

    private List<KeptOrder> keptOrders() {
        try (var store = store()) {
            return store.openKeptOrders();
        }
    }

    // The question

    @Test
    void orderSaysWhichJobsItConcernsAndIsRefusedWhereNobodyCanBeAsked() {
        save(waiting("a"));

        assertThat(type("kill " + waiting("a").id())).isEqualTo(2);

        assertThat(out.toString()).contains(waiting("a").id().value(), "flucats", "created");
        assertThat(err.toString()).contains("nothing was changed", "--yes");
        assertThat(stops()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"y, 0, 1", "Yes, 0, 1", "n, 1, 0", "'', 1, 0", "yep, 1, 0"})
    void onlyYesIsYes(String given, int exit, int orders) {
        save(waiting("a"));
        answer = Optional.of(given);

        assertThat(type("kill " + waiting("a").id())).isEqualTo(exit);

        assertThat(questions).containsExactly("Go on? [y/N] ");
        assertThat(stops()).hasSize(orders);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pause on",
                "maintenance on",
                "drain",
                "drain --at 23:59 --deadline 2h",
                "flags set reason=upgrade"
            })
    void orderThatConcernsNoJobAsksNothing(String line) {
        store().close();

        assertThat(type(line)).as(err.toString()).isZero();

        assertThat(questions).isEmpty();
        assertThat(type(line + " --json")).isZero();
    }

    // Kill

    @Test
    void killedJobsAreOrderedToEndAndFinishedOnesAreNot() {
        save(waiting("a"), waiting("b"), waiting("c"));
        Job done = after(waiting("b"), new JobEvent.StopRequested(StopReason.KILLED_BY_ADMIN));
        Job active = running(waiting("c"));

        assertThat(
                        type(
                                "kill --yes %s %s %s"
                                        .formatted(
                                                waiting("a").id().value().substring(0, 8),
                                                done.id(),
                                                active.id())))
                .as(err.toString())
                .isZero();

        assertThat(stops())
                .extracting(StopOrder::job, StopOrder::why)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple(
                                waiting("a").id(), StopReason.KILLED_BY_ADMIN),
                        org.assertj.core.api.Assertions.tuple(
                                active.id(), StopReason.KILLED_BY_ADMIN));
        assertThat(out.toString())
                .contains(
                        "is finished and stays as it is",
                        "ends without a start",
                        "is stopped",
                        "daemon is not running: the order will be applied at its next start");
        try (var store = store()) {
            assertThat(store.job(done.id())).contains(done);
        }
    }

    @Test
    void killOfSeveralChangesNothingIfOneOfThemIsNotKnown() {
        save(waiting("a"), waiting("b"));

        assertThat(type("kill --yes " + waiting("a").id() + " 2222")).isEqualTo(1);

        assertThat(err.toString()).contains("no job has an id that starts with 2222");
        assertThat(stops()).isEmpty();
    }

    @Test
    void killSaysThatTheDaemonHasNotDoneItYet() {
        save(waiting("a"));
        try (var _ = WorkdirLock.take(folder.resolve("work"), 4711)) {
            assertThat(type("kill --yes --wait 0 " + waiting("a").id())).isZero();
        }
        assertThat(out.toString()).contains("is ordered to end; now: Created");
    }

    @Test
    void cleanupRemovesWhatIsKeptOfABrokenJob() {
        save(waiting("a"));
        Job broken = broken(waiting("a"));
        assertThat(type("kill " + broken.id())).isZero();
        assertThat(out.toString()).contains("kept for a retry", "--cleanup");

        assertThat(type("kill --cleanup --yes " + broken.id())).isZero();

        assertThat(keptOrders()).extracting(KeptOrder::wish).containsExactly(KeptOrder.Wish.REMOVE);
    }

    // Retry

    @Test
    void retryIsRefusedWithTheReasonWhereItCannotWork() {
        save(waiting("a"), waiting("b"), waiting("c"));
        Job killed = after(waiting("b"), new JobEvent.StopRequested(StopReason.KILLED_BY_ADMIN));
        Job early =
                after(
                        waiting("c"),
                        new JobEvent.SlotGranted(),
                        new JobEvent.Broke(new FailureReason.Platform("No image", "ref2")));

        assertThat(type("retry --yes " + waiting("a").id())).isEqualTo(1);
        assertThat(err.toString()).contains("it is not finished");
        assertThat(type("retry --yes " + killed.id())).isEqualTo(1);
        assertThat(err.toString()).contains("the platform is not why it failed");
        assertThat(type("retry --yes " + early.id())).isEqualTo(1);
        assertThat(err.toString())
                .contains("its program had not ended", "request the action again");
        assertThat(keptOrders()).isEmpty();
    }

    @Test
    void retryThatNeedsTheEngineEndsWithThreeIfItIsAway() {
        save(waiting("a"));
        Job broken = broken(waiting("a"));

        assertThat(type("retry --yes " + broken.id())).isEqualTo(3);

        assertThat(keptOrders()).isEmpty();
    }

    // Pause, maintenance, drain

    @Test
    void pauseHoldsUntilItIsSwitchedOffAndEndsDrainsAndReboots() {
        save(waiting("a"));
        assertThat(type("pause on --yes")).isZero();
        assertThat(out.toString()).contains("does not start for now", "daemon is not running");
        assertThat(orders().paused()).isPresent();
        assertThat(type("drain --yes")).isZero();
        try (var store = store()) {
            store.setFlags(BackendOrders.rebooting(), START);
        }

        assertThat(type("pause off --yes")).isZero();

        assertThat(orders()).isEqualTo(BackendOrders.NONE);
    }

    @Test
    void maintenanceByHandConcernsDatabaseJobsAndNamesTheirGrace() {
        save(waiting("plain"), waiting("data", true), waiting("runs", true));
        Job runs = running(waiting("runs", true));

        assertThat(type("maintenance on --yes")).isZero();

        assertThat(out.toString())
                .contains(runs.id().value(), "is stopped after 00:01:30")
                .contains(waiting("data", true).id().value())
                .doesNotContain(waiting("plain").id().value());
        assertThat(orders().maintenance())
                .hasValueSatisfying(order ->
                        assertThat(order.origin())
                                .isEqualTo(BackendOrders.Maintenance.Origin.MANUAL));
        assertThat(type("maintenance auto")).isZero();
        assertThat(orders().maintenance())
                .hasValueSatisfying(order ->
                        assertThat(order.origin())
                                .isEqualTo(BackendOrders.Maintenance.Origin.DETECTED));
        assertThat(type("maintenance off --yes")).isZero();
        assertThat(orders()).isEqualTo(BackendOrders.NONE);
    }

    @Test
    void drainTakesTimesAndLengths() throws IOException {
        store().close();

        assertThat(type("drain --at 2099-03-01T18:00+01:00 --deadline 6h --json")).isZero();

        var json = new ObjectMapper().readTree(out.toString());
        assertThat(json.get("drain_from").asText()).isEqualTo("2099-03-01T17:00:00Z");
        assertThat(json.get("drain_deadline").asText()).isEqualTo("2099-03-01T23:00:00Z");
        assertThat(json.get("daemon").asText()).isEqualTo("no_daemon");
        assertThat(json.get("drained").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drain --at noon",
                "drain --deadline soon",
                "drain --at 2099-03-01T18:00Z --deadline 2099-03-01T17:00Z",
                "drain --off --wait",
                "pause maybe",
                "pause",
                "maintenance soon",
                "kill",
                "kill --wait long 2222",
                "flags set reason",
                "flags set =x",
                "prepare-reboot --wait"
            })
    void wrongUsageEndsWithTwoAndChangesNothing(String line) {
        store().close();

        assertThat(type(line)).isEqualTo(2);

        assertThat(err.toString()).isNotBlank().doesNotContain("\tat ");
        assertThat(orders()).isEqualTo(BackendOrders.NONE);
    }

    @Test
    void jobsShowsTheOrdersInForce() {
        save(waiting("a"));
        type("pause on --yes");
        type("maintenance on --yes");
        type("drain --at 2099-03-01T18:00Z --yes");
        try (var store = store()) {
            store.setFlags(BackendOrders.rebooting(), START);
        }

        assertThat(type("jobs")).isZero();

        assertThat(out.toString())
                .contains(
                        "paused since 20",
                        "database maintenance (manual) since 20",
                        "draining from 2099-03-01T18:00:00Z, without a deadline",
                        "a reboot is prepared since 2026-01-02T03:04:05Z",
                        "NOT known to be safe to reboot: the engine cannot be asked");
    }

    // Reboot

    @Test
    void rebootIsNeverSaidToBeSafeIfTheEngineCannotBeAsked() {
        save(waiting("a"));

        assertThat(type("prepare-reboot --status")).isEqualTo(3);
        assertThat(out.toString()).doesNotContainIgnoringCase("safe to reboot");
        assertThat(type("prepare-reboot --yes --wait 0")).isEqualTo(3);
        assertThat(out.toString()).doesNotContainIgnoringCase("safe to reboot");
        assertThat(orders().reboot()).isPresent();
    }

    // Flags

    @Test
    void flagsAreSetShownAndClearedAndKeepTheirTimes() throws IOException {
        store().close();
        assertThat(type("flags set reason=upgrade x=1=2")).isZero();
        assertThat(out.toString()).contains("reason=upgrade (20", "x=1=2 (20");
        String first = out.toString();

        assertThat(type("flags set reason=upgrade x=1=2")).isZero();
        assertThat(out.toString()).isEqualTo(first);
        assertThat(type("flags set reason=")).isZero();

        assertThat(type("flags get reason never")).isZero();
        assertThat(out.toString()).contains("reason=None (20", "never=None (never set)");
        assertThat(type("flags --json")).isZero();
        var json = new ObjectMapper().readTree(out.toString().lines().findFirst().orElseThrow());
        assertThat(json.get("name").asText()).isEqualTo("reason");
        assertThat(json.get("value").isNull()).isTrue();
    }
}
