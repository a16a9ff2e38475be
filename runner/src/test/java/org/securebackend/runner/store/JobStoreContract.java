package org.securebackend.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.securebackend.runner.store.Samples.WORKSPACE;
import static org.securebackend.runner.store.Samples.at;
import static org.securebackend.runner.store.Samples.cancelWaiting;
import static org.securebackend.runner.store.Samples.collecting;
import static org.securebackend.runner.store.Samples.executing;
import static org.securebackend.runner.store.Samples.file;
import static org.securebackend.runner.store.Samples.request;
import static org.securebackend.runner.store.Samples.requestId;
import static org.securebackend.runner.store.Samples.results;
import static org.securebackend.runner.store.Samples.saved;
import static org.securebackend.runner.store.Samples.step;
import static org.securebackend.runner.store.Samples.succeed;
import static org.securebackend.runner.store.Samples.waiting;
import static org.securebackend.runner.store.Samples.withoutWork;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.securebackend.runner.job.CheckResult;
import org.securebackend.runner.job.CheckResult.Check;
import org.securebackend.runner.job.CheckResult.Verdict;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobMetrics;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.StopReason;
import org.securebackend.runner.job.Success;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.pipeline.PrivacyLevel;
import org.securebackend.runner.store.JobStore.Flag;
import org.securebackend.runner.store.JobStore.KeptOrder;
import org.securebackend.runner.store.JobStore.KeptOrder.Wish;
import org.securebackend.runner.store.JobStore.StopOrder;
import org.securebackend.runner.store.JobStore.UnreportedRequest;

/** What every {@link JobStore} must do. */
@SuppressWarnings("NullAway.Init") // The store is made before each test.
abstract class JobStoreContract {
    private JobStore store;

    /** An empty store. */
    abstract JobStore newStore();

    @BeforeEach
    void open() {
        store = newStore();
    }

    @AfterEach
    void close() {
        store.close();
    }

    // Requests

    @Test
    void requestComesBackAsItWas() {
        JobRequest request = request("r1");

        assertThat(store.add(request, List.of(waiting("r1", "a")))).isTrue();

        assertThat(store.request(request.id())).contains(request);
        assertThat(store.request(requestId("other"))).isEmpty();
    }

    @Test
    void knownRequestIsNotAddedAgain() {
        store.add(request("r1"), List.of(waiting("r1", "a")));

        assertThat(store.add(request("r1"), List.of(waiting("r1", "b")))).isFalse();

        assertThat(store.jobsOf(requestId("r1"))).containsExactly(waiting("r1", "a"));
    }

    @Test
    void requestWithAKnownJobIsNotAddedAtAll() {
        store.add(request("r1"), List.of(waiting("r1", "a")));

        assertThat(store.add(request("r2"), List.of(waiting("r2", "x"), waiting("r1", "a"))))
                .isFalse();

        assertThat(store.request(requestId("r2"))).isEmpty();
        assertThat(store.job(JobId.of(requestId("r2"), "x"))).isEmpty();
    }

    @Test
    void knownTellsWhichOfManyAreThere() {
        store.add(request("r1"), List.of());
        store.add(request("r2"), List.of());

        assertThat(store.known(List.of(requestId("r2"), requestId("r3"), requestId("r1"))))
                .containsExactlyInAnyOrder(requestId("r1"), requestId("r2"));
        assertThat(store.known(List.of())).isEmpty();
    }

    // Jobs

    @Test
    void jobsOfARequestKeepTheOrderOfTheirPlan() {
        var jobs = List.of(waiting("r1", "z"), waiting("r1", "a"), waiting("r1", "m"));
        store.add(request("r1"), jobs);

        assertThat(store.jobsOf(requestId("r1"))).isEqualTo(jobs);
        assertThat(store.jobsOf(requestId("none"))).isEmpty();
    }

    @Test
    void savedJobComesBackAsItWas() {
        store.add(request("r1"), List.of(waiting("r1", "a")));
        var image = new ImageDigest("sha256:" + "d".repeat(64));

        Job job = saved(store, step(waiting("r1", "a"), new JobEvent.SlotGranted()).running(image));

        assertThat(store.job(job.id())).contains(job);
    }

    @Test
    void openJobsComeOldestFirstAndDoneOnesNotAtAll() {
        store.add(request("r2"), List.of(waiting("r2", "late", at(50))));
        store.add(request("r1"), List.of(waiting("r1", "b", at(10)), waiting("r1", "a", at(10))));
        store.add(request("r0"), List.of(waiting("r0", "done", at(1))));
        cancelWaiting(store, waiting("r0", "done", at(1)));

        assertThat(store.openJobs())
                .extracting(job -> job.definition().action().value())
                .containsExactly("b", "a", "late");
    }

    @Test
    void doneJobIsUntidyUntilItIsMarked() {
        store.add(request("r1"), List.of(waiting("r1", "a"), waiting("r1", "b")));
        Job done = cancelWaiting(store, waiting("r1", "a"));

        assertThat(store.untidyJobs()).containsExactly(done);

        store.markTidy(done.id());
        assertThat(store.untidyJobs()).isEmpty();
        assertThat(store.job(done.id())).contains(done);
    }

    @Test
    void jobThatWasOverWhenItWasMadeLeavesNothingToTidy() {
        store.add(request("r1"), List.of(nothingToDo("r1", "a")));

        assertThat(store.untidyJobs()).isEmpty();
        assertThat(store.openJobs()).isEmpty();
        assertThat(store.jobsOf(requestId("r1"))).containsExactly(nothingToDo("r1", "a"));
    }

    @Test
    void jobsAreFoundByTheStartOfTheirId() {
        Job older = waiting("r1", "a", at(1));
        Job newer = waiting("r1", "b", at(2));
        store.add(request("r1"), List.of(older, newer));
        String start = older.id().value().substring(0, 6);

        assertThat(store.jobsStartingWith(start, 10)).containsExactly(older);
        assertThat(store.jobsStartingWith(older.id().value(), 10)).containsExactly(older);
        assertThat(store.jobsStartingWith("", 10)).containsExactly(newer, older);
        assertThat(store.jobsStartingWith("", 1)).containsExactly(newer);
        assertThat(store.jobsStartingWith("%", 10)).isEmpty();
        assertThat(store.jobsStartingWith("' OR 1=1", 10)).isEmpty();
    }

    @Test
    void newestJobsComeNewestFirst() {
        store.add(request("r1"), List.of(waiting("r1", "a", at(5)), waiting("r1", "b", at(5))));
        store.add(request("r0"), List.of(waiting("r0", "c", at(1))));

        assertThat(store.newestJobs(2))
                .extracting(job -> job.definition().action().value())
                .containsExactly("b", "a");
    }

    // The workspace state

    @Test
    void latestRunOfAnActionIsItsNewestJob() {
        store.add(request("r1"), List.of(waiting("r1", "a", at(1)), waiting("r1", "b", at(1))));
        store.add(request("r2"), List.of(waiting("r2", "a", at(2))));

        assertThat(store.latestRuns(WORKSPACE))
                .containsExactlyInAnyOrder(waiting("r2", "a", at(2)), waiting("r1", "b", at(1)));
        assertThat(store.latestRuns(new WorkspaceName("other"))).isEmpty();
    }

    @Test
    void cancelledJobIsNoRun() {
        store.add(request("r1"), List.of(waiting("r1", "a", at(1))));
        store.add(request("r2"), List.of(waiting("r2", "a", at(2))));
        cancelWaiting(store, waiting("r2", "a", at(2)));

        assertThat(store.latestRuns(WORKSPACE)).containsExactly(waiting("r1", "a", at(1)));
    }

    @Test
    void failedJobIsARun() {
        store.add(request("r1"), List.of(waiting("r1", "a", at(1))));
        Job failed =
                saved(
                        store,
                        step(
                                waiting("r1", "a", at(1)),
                                new JobEvent.StopRequested(StopReason.KILLED_BY_ADMIN)));

        assertThat(store.latestRuns(WORKSPACE)).containsExactly(failed);
    }

    @Test
    void nothingToDoRecordIsNoRun() {
        store.add(request("r1"), List.of(waiting("r1", "a", at(-1))));
        store.add(request("r2"), List.of(nothingToDo("r2", "a")));

        assertThat(store.latestRuns(WORKSPACE)).containsExactly(waiting("r1", "a", at(-1)));
    }

    // Versions

    @Test
    void staleWriteChangesNothing() {
        store.add(request("r1"), List.of(waiting("r1", "a"), waiting("r1", "b")));
        Job read = waiting("r1", "a");
        Job winner = saved(store, step(read, new JobEvent.SlotGranted()));
        Job other = step(waiting("r1", "b"), new JobEvent.SlotGranted());
        Job stale = step(read, new JobEvent.StopRequested(StopReason.CANCELLED_BY_USER));

        assertThatThrownBy(() -> store.save(List.of(other, stale)))
                .isInstanceOf(StaleJobException.class)
                .hasMessageContaining(stale.id().value());

        assertThat(store.jobsOf(requestId("r1"))).containsExactly(winner, waiting("r1", "b"));
    }

    @Test
    void writeThatSkipsAVersionIsStale() {
        store.add(request("r1"), List.of(waiting("r1", "a")));
        Job next = step(waiting("r1", "a"), new JobEvent.SlotGranted());
        Job afterNext =
                step(
                        next,
                        new JobEvent.WorkspaceReady(
                                new org.securebackend.runner.job.ImageDigest(
                                        "sha256:" + "0".repeat(64))));

        assertThatThrownBy(() -> store.save(List.of(afterNext)))
                .isInstanceOf(StaleJobException.class);
    }

    @Test
    void unknownJobCannotBeSaved() {
        Job unknown = step(waiting("r1", "a"), new JobEvent.SlotGranted());

        assertThatThrownBy(() -> store.save(List.of(unknown)))
                .isInstanceOf(StaleJobException.class);
    }

    // Turns

    @Test
    void workspaceHadItsLastTurnWhenAJobOfItGotASlot() {
        var other = new WorkspaceName("other");
        store.add(
                request("r1"),
                List.of(waiting("r1", "a", at(1)), waiting("r1", "b", at(1), other)));
        assertThat(store.lastTurns()).isEmpty();

        Job first = saved(store, step(waiting("r1", "a", at(1)), new JobEvent.SlotGranted()));
        saved(store, step(first, new JobEvent.StopRequested(StopReason.CANCELLED_BY_USER)));

        assertThat(store.lastTurns()).isEqualTo(Map.of(WORKSPACE, first.changedAt()));
    }

    // Results and files

    @Test
    void resultsComeBackAsTheyWere() {
        store.add(request("r1"), List.of(waiting("r1", "a")));
        Job collecting = collecting(store, waiting("r1", "a"));
        var results =
                new JobResults(
                        List.of(
                                file("a.csv"),
                                new OutputFile(
                                        "b/\u00e9 'q\".csv",
                                        PrivacyLevel.MODERATELY_SENSITIVE,
                                        Long.MAX_VALUE,
                                        "e".repeat(64),
                                        Instant.MAX,
                                        Optional.of("too large"),
                                        OptionalLong.of(3),
                                        OptionalLong.of(0),
                                        List.of(
                                                new CheckResult(Check.SIZE, Verdict.FAILED),
                                                new CheckResult(Check.ROWS, Verdict.PASSED),
                                                new CheckResult(Check.COLUMNS, Verdict.NOT_MADE))),
                                file("\uff5e"),
                                file("\ud83d\ude00")),
                        List.of("p*", "q"),
                        List.of("stray"),
                        List.of(new JobResults.NotCollected("link", "is a link")),
                        List.of("a note"));
        var sorted =
                new JobResults(
                        List.of(
                                results.outputs().get(0),
                                results.outputs().get(1),
                                results.outputs().get(3),
                                results.outputs().get(2)),
                        results.unmatchedPatterns(),
                        results.unmatchedFiles(),
                        results.notCollected(),
                        results.notes());

        store.saveResults(collecting.id(), results);
        store.save(List.of(step(collecting, new JobEvent.Collected(List.of(), 1))));

        assertThat(store.results(collecting.id())).contains(sorted);
        assertThat(store.outputsOf(List.of(collecting.id())))
                .isEqualTo(Map.of(collecting.id(), sorted.outputs()));
    }

    @Test
    void jobWhoseWorkspaceWasNotLookedAtHasNoResults() {
        store.add(request("r1"), List.of(waiting("r1", "a")));

        assertThat(store.results(waiting("r1", "a").id())).isEmpty();
    }

    @Test
    void laterResultsTakeThePlaceOfEarlierOnes() {
        store.add(request("r1"), List.of(waiting("r1", "a")));
        Job executing = executing(store, waiting("r1", "a"));
        Job stopping = step(executing, new JobEvent.StopRequested(StopReason.KILLED_BY_ADMIN));
        store.saveResults(stopping.id(), results("one", "two"));
        store.save(List.of(stopping));

        store.saveResults(stopping.id(), results("two", "three"));
        store.save(List.of(step(stopping, new JobEvent.Stopped())));

        assertThat(store.results(executing.id())).contains(results("three", "two"));
    }

    @Test
    void manyResultsTakeThePlaceOfOtherMany() {
        store.add(request("r1"), List.of(waiting("r1", "a")));
        Job job = collecting(store, waiting("r1", "a"));
        store.saveResults(job.id(), results(paths("old", 5_000)));

        store.saveResults(job.id(), results(paths("new", 4_000)));

        assertThat(store.results(job.id())).contains(results(paths("new", 4_000)));
    }

    private static String[] paths(String name, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "%s/%05d".formatted(name, i))
                .toArray(String[]::new);
    }

    @Test
    void outputsOfSeveralJobsAreKeptApart() {
        store.add(request("r1"), List.of(waiting("r1", "a"), waiting("r1", "b")));
        Job a = succeed(store, waiting("r1", "a"), "y", "x");
        Job b = succeed(store, waiting("r1", "b"));

        assertThat(store.outputsOf(List.of(a.id(), b.id())))
                .containsEntry(a.id(), List.of(file("x"), file("y")))
                .containsEntry(b.id(), List.of());
    }

    @Test
    void jobOwnsItsFilesOnlyOnceItHasSucceeded() {
        store.add(request("r1"), List.of(waiting("r1", "a")));
        Job collecting = collecting(store, waiting("r1", "a"));
        Job publishing = step(collecting, new JobEvent.Collected(List.of(), 0));
        store.saveResults(publishing.id(), results("x"));
        store.save(List.of(publishing));
        assertThat(store.owners(WORKSPACE, List.of("x"))).isEmpty();

        Job succeeded = saved(store, step(publishing, new JobEvent.Published()));

        assertThat(store.owners(WORKSPACE, List.of("x", "absent")))
                .isEqualTo(Map.of("x", succeeded.id()));
        assertThat(store.owners(new WorkspaceName("other"), List.of("x"))).isEmpty();
    }

    @Test
    void failedJobTakesNoFiles() {
        store.add(request("r1"), List.of(waiting("r1", "a", at(1))));
        Job first = succeed(store, waiting("r1", "a", at(1)), "x");
        store.add(request("r2"), List.of(waiting("r2", "a", at(2))));
        Job collecting = collecting(store, waiting("r2", "a", at(2)));
        Job publishing = step(collecting, new JobEvent.Collected(List.of("p"), 0));
        store.saveResults(publishing.id(), results("x", "y"));
        store.save(List.of(publishing));
        saved(store, step(publishing, new JobEvent.Published()));

        assertThat(store.owners(WORKSPACE, List.of("x", "y"))).isEqualTo(Map.of("x", first.id()));
        assertThat(store.filesOf(WORKSPACE, new ActionName("a"))).containsExactly(file("x"));
    }

    @Test
    void filesThatAreNotMadeAgainAreForgotten() {
        store.add(request("r1"), List.of(waiting("r1", "a", at(1)), waiting("r1", "b", at(1))));
        succeed(store, waiting("r1", "a", at(1)), "kept", "dropped", "taken");
        Job b = succeed(store, waiting("r1", "b", at(1)), "taken");
        store.add(request("r2"), List.of(waiting("r2", "a", at(2))));
        Job again = succeed(store, waiting("r2", "a", at(2)), "kept", "new");

        assertThat(store.filesOf(WORKSPACE, new ActionName("a")))
                .containsExactly(file("kept"), file("new"));
        assertThat(store.filesOf(WORKSPACE))
                .containsExactly(
                        new JobStore.OwnedFile(file("kept"), again.id()),
                        new JobStore.OwnedFile(file("new"), again.id()),
                        new JobStore.OwnedFile(file("taken"), b.id()));
        assertThat(store.workspacesWithFiles()).containsExactly(WORKSPACE);
    }

    @Test
    void withoutFilesThereAreNoWorkspacesWithFiles() {
        store.add(request("r1"), List.of(waiting("r1", "a")));
        assertThat(store.workspacesWithFiles()).isEmpty();
    }

    @Test
    void nothingToDoRecordForgetsNoFiles() {
        store.add(request("r1"), List.of(waiting("r1", "a")));
        succeed(store, waiting("r1", "a"), "x");

        store.add(request("r2"), List.of(nothingToDo("r2", "a")));

        assertThat(store.filesOf(WORKSPACE, new ActionName("a"))).containsExactly(file("x"));
    }

    // What programs use

    @Test
    void metricsOfAJobReplaceTheEarlierOnes() {
        store.add(request("r1"), List.of(waiting("r1", "a"), waiting("r1", "b")));
        JobId a = waiting("r1", "a").id();
        JobId b = waiting("r1", "b").id();
        JobMetrics first =
                JobMetrics.first(
                        new JobMetrics.Reading("p", Duration.ofSeconds(5), 3 << 20, at(0), at(10)));
        JobMetrics second =
                first.after(
                        new JobMetrics.Reading("p", Duration.ofSeconds(6), 5 << 20, at(0), at(20)));

        store.saveMetrics(Map.of(a, first));
        store.saveMetrics(Map.of(a, second));

        assertThat(store.metrics(List.of(a, b))).isEqualTo(Map.of(a, second));
    }

    // Orders

    @Test
    void repeatedOrderIsOneOrder() {
        store.add(request("r1"), List.of(waiting("r1", "a")));
        JobId job = waiting("r1", "a").id();

        store.orderStop(job, StopReason.CANCELLED_BY_USER, at(1));
        store.orderStop(job, StopReason.CANCELLED_BY_USER, at(2));
        store.orderStop(job, StopReason.KILLED_BY_ADMIN, at(3));

        assertThat(store.openOrders())
                .extracting(StopOrder::job, StopOrder::why, StopOrder::at)
                .containsExactly(
                        tuple(job, StopReason.CANCELLED_BY_USER, at(1)),
                        tuple(job, StopReason.KILLED_BY_ADMIN, at(3)));
    }

    @Test
    void closedOrderForGoodIsNotOpenedAgainByAnotherPoll() {
        store.add(request("r1"), List.of(waiting("r1", "a")));
        JobId job = waiting("r1", "a").id();
        store.orderStop(job, StopReason.CANCELLED_BY_USER, at(1));
        store.closeOrders(store.openOrders().stream().map(StopOrder::id).toList(), at(2));

        store.orderStop(job, StopReason.CANCELLED_BY_USER, at(3));

        assertThat(store.openOrders()).isEmpty();
    }

    @Test
    void maintenanceCanStopAJobASecondTime() {
        store.add(request("r1"), List.of(waiting("r1", "a")));
        JobId job = waiting("r1", "a").id();
        store.orderStop(job, StopReason.DATABASE_MAINTENANCE, at(1));
        store.closeOrders(store.openOrders().stream().map(StopOrder::id).toList(), at(2));

        store.orderStop(job, StopReason.DATABASE_MAINTENANCE, at(3));

        assertThat(store.openOrders()).extracting(StopOrder::at).containsExactly(at(3));
    }

    @Test
    void doneOrUnknownJobCannotBeOrderedToStop() {
        store.add(request("r1"), List.of(waiting("r1", "a")));
        Job done = cancelWaiting(store, waiting("r1", "a"));

        store.orderStop(done.id(), StopReason.KILLED_BY_ADMIN, at(5));
        store.orderStop(JobId.of(requestId("r9"), "x"), StopReason.KILLED_BY_ADMIN, at(5));

        assertThat(store.openOrders()).isEmpty();
    }

    private Job broken(JobEvent... events) {
        store.add(request("r1"), List.of(waiting("r1", "a")));
        Job job = waiting("r1", "a");
        for (JobEvent event : events) {
            job = saved(store, step(job, event));
        }
        return saved(
                store, step(job, new JobEvent.Broke(new FailureReason.Platform("broken", "ref"))));
    }

    private static final JobEvent[] TO_EXECUTED = {
        new JobEvent.SlotGranted(),
        new JobEvent.WorkspaceReady(new ImageDigest("sha256:" + "d".repeat(64))),
        new JobEvent.ProgramStarted(at(1)),
        new JobEvent.ProgramExited(Exit.of(0), at(2))
    };

    @Test
    void jobThatBrokeAfterItsProgramEndedIsKeptUntilItIsTidy() {
        Job broken = broken(TO_EXECUTED);

        assertThat(store.keptJobs()).containsExactly(broken);
        assertThat(store.untidyJobs()).isEmpty();
        store.markTidy(broken.id());
        assertThat(store.keptJobs()).isEmpty();
        assertThat(store.untidyJobs()).isEmpty();
    }

    @Test
    void jobThatBrokeBeforeIsNotKept() {
        Job broken = broken(new JobEvent.SlotGranted());

        assertThat(store.keptJobs()).isEmpty();
        assertThat(store.untidyJobs()).containsExactly(broken);
    }

    @Test
    void orderAboutAKeptJobIsOneOrderUntilTheJobIsRetried() {
        Job broken = broken(TO_EXECUTED);
        store.orderKept(broken.id(), Wish.RETRY, at(11));
        store.orderKept(broken.id(), Wish.RETRY, at(12));

        assertThat(store.openKeptOrders())
                .extracting(KeptOrder::job, KeptOrder::wish, KeptOrder::at)
                .containsExactly(tuple(broken.id(), Wish.RETRY, at(11)));
        assertThat(store.openOrders()).isEmpty();
        saved(store, step(broken, new JobEvent.Retried(Exit.of(0))));
        assertThat(store.openKeptOrders()).isEmpty();
        assertThat(store.keptJobs()).isEmpty();
    }

    @Test
    void jobThatIsNotKeptCannotBeOrderedToBeRetried() {
        Job broken = broken(new JobEvent.SlotGranted());

        store.orderKept(broken.id(), Wish.RETRY, at(11));

        assertThat(store.openKeptOrders()).isEmpty();
    }

    @Test
    void stopIsNotedOnceUntilTheJobChanges() {
        store.add(request("r1"), List.of(waiting("r1", "a")));
        Job job = saved(store, step(waiting("r1", "a"), new JobEvent.SlotGranted()));
        assertThat(store.stopSent(job.id())).isEmpty();

        store.markStopSent(job.id(), at(3));
        store.markStopSent(job.id(), at(4));

        assertThat(store.stopSent(job.id())).contains(at(3));
        saved(store, step(job, new JobEvent.StopRequested(StopReason.REBOOT)));
        assertThat(store.stopSent(job.id())).isEmpty();
    }

    // Flags

    @Test
    void sameValueKeepsTheTimeOfAFlag() {
        store.setFlag("paused", Optional.of("true"), at(1));
        store.setFlag("paused", Optional.of("true"), at(2));

        assertThat(store.flags()).isEqualTo(Map.of("paused", new Flag(Optional.of("true"), at(1))));
    }

    @Test
    void clearedFlagStaysListedWithTheTimeOfItsClearing() {
        store.setFlag("mode", Optional.of("db-maintenance"), at(1));
        store.setFlag("mode", Optional.empty(), at(2));
        store.setFlag("mode", Optional.empty(), at(3));

        assertThat(store.flags()).isEqualTo(Map.of("mode", new Flag(Optional.empty(), at(2))));
    }

    // Reports

    @Test
    void newRequestIsUnreportedUntilItIsMarked() {
        store.add(request("r1"), List.of(waiting("r1", "a")));
        UnreportedRequest unreported = store.unreported().getFirst();
        assertThat(unreported.id()).isEqualTo(requestId("r1"));

        store.markReported(unreported.id(), unreported.mark());

        assertThat(store.unreported()).isEmpty();
        assertThat(store.openRequests()).containsExactly(unreported);
    }

    @Test
    void changeWhileAReportIsOnItsWayIsReportedNext() {
        store.add(request("r1"), List.of(waiting("r1", "a")));
        UnreportedRequest sent = store.unreported().getFirst();
        saved(store, step(waiting("r1", "a"), new JobEvent.SlotGranted()));

        store.markReported(sent.id(), sent.mark());

        assertThat(store.unreported()).extracting(UnreportedRequest::id).containsExactly(sent.id());
        assertThat(store.unreported().getFirst().mark()).isGreaterThan(sent.mark());
    }

    @Test
    void reportOfAnOlderChangeDoesNotHideANewerOne() {
        store.add(request("r1"), List.of(waiting("r1", "a")));
        UnreportedRequest first = store.unreported().getFirst();
        saved(store, step(waiting("r1", "a"), new JobEvent.SlotGranted()));
        UnreportedRequest second = store.unreported().getFirst();
        store.markReported(second.id(), second.mark());

        store.markReported(first.id(), first.mark());

        assertThat(store.unreported()).isEmpty();
    }

    @Test
    void oldestUnreportedChangeComesFirst() {
        store.add(request("r1"), List.of(waiting("r1", "a")));
        store.add(request("r2"), List.of(waiting("r2", "b")));
        saved(store, step(waiting("r1", "a"), new JobEvent.SlotGranted()));

        assertThat(store.unreported())
                .extracting(UnreportedRequest::id)
                .containsExactly(requestId("r1"), requestId("r2"));
    }

    @Test
    void savedResultsAreSomethingToReport() {
        store.add(request("r1"), List.of(waiting("r1", "a")));
        Job collecting = collecting(store, waiting("r1", "a"));
        store.markReported(requestId("r1"), store.unreported().getFirst().mark());

        store.saveResults(collecting.id(), results());
        store.save(List.of(step(collecting, new JobEvent.Collected(List.of(), 0))));

        assertThat(store.unreported()).hasSize(1);
    }

    @Test
    void localRequestIsNeverReported() {
        store.add(request("r1", JobRequest.Origin.LOCAL), List.of(waiting("r1", "a")));
        saved(store, step(waiting("r1", "a"), new JobEvent.SlotGranted()));

        assertThat(store.unreported()).isEmpty();
        assertThat(store.openRequests()).isEmpty();
    }

    @Test
    void requestWhoseJobsAreDoneIsNotOpen() {
        store.add(request("r1"), List.of(waiting("r1", "a"), waiting("r1", "b")));
        cancelWaiting(store, waiting("r1", "a"));
        assertThat(store.openRequests()).hasSize(1);

        cancelWaiting(store, waiting("r1", "b"));

        assertThat(store.openRequests()).isEmpty();
        assertThat(store.unreported()).hasSize(1);
    }

    @Test
    void errorRecordIsReported() {
        store.add(
                request("r1"),
                List.of(
                        withoutWork(
                                "r1",
                                "__error__",
                                new JobState.Failed(
                                        Optional.empty(),
                                        at(0),
                                        new FailureReason.RequestError("Bad", "text")))));

        assertThat(store.unreported()).hasSize(1);
    }

    private static Job nothingToDo(String request, String action) {
        return withoutWork(
                request,
                action,
                new JobState.Succeeded(Optional.empty(), at(0), new Success.AlreadyRan()));
    }
}
