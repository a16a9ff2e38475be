package org.securebackend.runner.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.scheduler.TestJobs.databaseJob;
import static org.securebackend.runner.scheduler.TestJobs.job;
import static org.securebackend.runner.scheduler.Workbench.id;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.StopReason;
import org.securebackend.runner.job.WaitReason;
import org.securebackend.runner.store.BackendOrders;

/**
 * A cancellation by the user and an operator's kill work at once in every state and under every
 * order for the whole backend, and leave one of two outcomes, whole.
 */
class CancellationTest {
    private static final JobId A = id("w", "a");
    private static final JobId B = id("w", "b");

    @TempDir private Path folder;
    private Workbench bench;

    @BeforeEach
    void setUp() {
        bench = new Workbench(folder).programsRun();
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    private static final Duration LIMIT = Duration.ofHours(1);

    /** Who wants the job's end. */
    enum Wish {
        USER(StopReason.CANCELLED_BY_USER, new FailureReason.CancelledByUser()),
        OPERATOR(StopReason.KILLED_BY_ADMIN, new FailureReason.KilledByAdmin());

        private final StopReason why;

        @SuppressWarnings("ImmutableEnumChecker") // records without anything that changes
        private final FailureReason reason;

        Wish(StopReason why, FailureReason reason) {
            this.why = why;
            this.reason = reason;
        }
    }

    /** What holds for the whole backend when the job's end is wanted, and which order says so. */
    enum Condition {
        NORMAL("", Map.of()),
        PAUSED("paused", Map.of("paused", "true")),
        MAINTENANCE("maintenance", Map.of("mode", "db-maintenance")),
        DRAINING("drain", Map.of("drain", "2026-01-01T00:00:00Z/..")),
        PAST_THE_DEADLINE("drain", Map.of("drain", "2020-01-01T00:00:00Z/2020-01-01T00:00:00Z")),
        BEFORE_A_REBOOT("reboot", Map.of("prepare-reboot", "on"));

        private final String order;

        @SuppressWarnings("ImmutableEnumChecker") // made by Map.of
        private final Map<String, String> flags;

        Condition(String order, Map<String, String> flags) {
            this.order = order;
            this.flags = flags;
        }

        void apply(Workbench bench) {
            flags.forEach(bench::flag);
        }
    }

    /** Where the job is when its end is wanted. */
    enum Moment {
        WAITING(JobState.Waiting.class, Outcome.AS_WANTED) {
            @Override
            void reach(Workbench bench, Runnable then) {
                bench.submit(databaseJob("v", "x"), databaseJob("v", "y"));
                submit(bench);
                then.run();
            }
        },
        PUT_BACK_BY_MAINTENANCE(JobState.Waiting.class, Outcome.AS_WANTED) {
            @Override
            void reach(Workbench bench, Runnable then) {
                submit(bench);
                bench.flag("mode", "db-maintenance");
                then.run();
            }
        },
        PREPARING(JobState.Preparing.class, Outcome.AS_WANTED) {
            @Override
            void reach(Workbench bench, Runnable then) {
                bench.steps.hold();
                submit(bench);
                then.run();
            }
        },
        IN_THE_MIDST_OF_PREPARING(JobState.Preparing.class, Outcome.AS_WANTED) {
            @Override
            void reach(Workbench bench, Runnable then) {
                PREPARING.reach(bench, () -> {});
                bench.study.whenExported(once(then));
                bench.steps.runOne();
            }
        },
        PREPARED(JobState.Prepared.class, Outcome.AS_WANTED) {
            @Override
            void reach(Workbench bench, Runnable then) {
                PREPARING.reach(bench, () -> {});
                bench.step();
                then.run();
            }
        },
        EXECUTING(JobState.Executing.class, Outcome.AS_WANTED) {
            @Override
            void reach(Workbench bench, Runnable then) {
                PREPARED.reach(bench, () -> {});
                bench.step();
                then.run();
            }
        },
        EXECUTED(JobState.Executed.class, Outcome.AS_WANTED) {
            @Override
            void reach(Workbench bench, Runnable then) {
                EXECUTING.reach(bench, () -> {});
                bench.executor.finish(A, Exit.of(0));
                bench.tick();
                then.run();
            }
        },
        COLLECTING(JobState.Collecting.class, Outcome.AS_WANTED) {
            @Override
            void reach(Workbench bench, Runnable then) {
                EXECUTED.reach(bench, () -> {});
                bench.outputs.before(
                        "collect",
                        () -> {
                            bench.tick();
                            then.run();
                        });
                bench.steps.runOne();
            }
        },
        PUBLISHING(JobState.Publishing.class, Outcome.SUCCESS) {
            @Override
            void reach(Workbench bench, Runnable then) {
                EXECUTED.reach(bench, () -> {});
                bench.step();
                then.run();
            }
        },
        STOPPING_FOR_MAINTENANCE(JobState.Stopping.class, Outcome.AS_WANTED) {
            @Override
            void reach(Workbench bench, Runnable then) {
                EXECUTING.reach(bench, () -> {});
                bench.flag("mode", "db-maintenance");
                then.run();
            }
        },
        STOPPING_FOR_GOOD(JobState.Stopping.class, Outcome.CANCELLED) {
            @Override
            void reach(Workbench bench, Runnable then) {
                EXECUTING.reach(bench, () -> {});
                bench.cancel(A);
                then.run();
            }
        },
        OVERRUNNING(JobState.Overrunning.class, Outcome.OVERRUN) {
            @Override
            void reach(Workbench bench, Runnable then) {
                bench.limitTime(new TimeLimit(Optional.of(LIMIT))).crash();
                EXECUTING.reach(bench, () -> {});
                bench.later(LIMIT.multipliedBy(2));
                then.run();
            }
        },
        SUCCEEDED(JobState.Succeeded.class, Outcome.SUCCESS) {
            @Override
            void reach(Workbench bench, Runnable then) {
                submit(bench);
                bench.executor.finish(A, Exit.of(0));
                bench.tick();
                then.run();
            }
        },
        FAILED(JobState.Failed.class, Outcome.FAILURE) {
            @Override
            void reach(Workbench bench, Runnable then) {
                submit(bench);
                bench.executor.finish(A, Exit.of(1));
                bench.tick();
                then.run();
            }
        };

        private final Class<? extends JobState> state;
        private final Outcome outcome;

        Moment(Class<? extends JobState> state, Outcome outcome) {
            this.state = state;
            this.outcome = outcome;
        }

        /** Leads the job here and runs {@code then}; what steps do may be held from then on. */
        abstract void reach(Workbench bench, Runnable then);

        private static void submit(Workbench bench) {
            bench.submit(databaseJob("w", "a"), job("w", "b", "a"));
        }

        private static Runnable once(Runnable action) {
            var left = new java.util.ArrayDeque<>(List.of(action));
            return () -> left.stream().findFirst().ifPresent(_ -> left.remove().run());
        }
    }

    /** How the job ends. */
    enum Outcome {
        AS_WANTED,
        CANCELLED,
        OVERRUN,
        SUCCESS,
        FAILURE
    }

    private static Stream<Class<?>> kindsOf(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(CancellationTest::kindsOf)
                : Stream.of(type);
    }

    @Test
    void noStateIsForgotten() {
        assertThat(Arrays.stream(Moment.values()).<Class<?>>map(moment -> moment.state))
                .containsAll(kindsOf(JobState.class).toList());
    }

    @Test
    void noOrderForTheWholeBackendIsForgotten() {
        assertThat(Arrays.stream(Condition.values()).map(condition -> condition.order))
                .containsAll(
                        Arrays.stream(BackendOrders.class.getRecordComponents())
                                .map(RecordComponent::getName)
                                .toList());
    }

    static Stream<Arguments> matrix() {
        return Arrays.stream(Moment.values())
                .flatMap(moment ->
                        Arrays.stream(Condition.values())
                                .flatMap(condition ->
                                        Arrays.stream(Wish.values())
                                                .map(wish ->
                                                        Arguments.of(moment, condition, wish))));
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void wishEndsTheJob(Moment moment, Condition condition, Wish wish) {
        moment.reach(bench, () -> want(moment, condition, wish));
        bench.release();

        assertEnded(moment, wish);
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void wishSurvivesACrash(Moment moment, Condition condition, Wish wish) {
        moment.reach(bench, () -> want(moment, condition, wish));
        bench.crash();
        bench.release();

        assertEnded(moment, wish);
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void wishThatOnlyTheNextDaemonHearsEndsTheJob(Moment moment, Condition condition, Wish wish) {
        moment.reach(
                bench,
                () -> {
                    assertThat(bench.state(A)).isInstanceOf(moment.state);
                    bench.saved().orderStop(A, wish.why, bench.clock.instant());
                    bench.steps.hold();
                });
        condition.flags.forEach((name, value) ->
                bench.saved().setFlag(name, java.util.Optional.of(value), bench.clock.instant()));
        bench.crash();
        bench.release();

        assertEnded(moment, wish);
    }

    private void want(Moment moment, Condition condition, Wish wish) {
        assertThat(bench.state(A)).isInstanceOf(moment.state);
        condition.apply(bench);
        bench.order(A, wish.why);
        bench.tick();
    }

    private void assertEnded(Moment moment, Wish wish) {
        switch (moment.outcome) {
            case AS_WANTED -> assertStopped(wish.reason);
            case CANCELLED -> assertStopped(new FailureReason.CancelledByUser());
            case OVERRUN -> assertStopped(new FailureReason.TimeLimit(LIMIT));
            case SUCCESS -> assertThat(bench.state(A)).isInstanceOf(JobState.Succeeded.class);
            case FAILURE ->
                    assertThat(reason(A)).isEqualTo(new FailureReason.NonZeroExit(Exit.of(1)));
        }
        assertThat(bench.executor.survey()).doesNotContainKey(A);
        assertThat(bench.saved().untidyJobs()).isEmpty();
        assertThat(bench.saved().openOrders()).isEmpty();
        assertThat(bench.high("workspaces/w/output/a.csv").isPresent())
                .isEqualTo(moment.outcome == Outcome.SUCCESS);
        assertTheEndStays(wish);
    }

    private void assertStopped(FailureReason reason) {
        assertThat(reason(A)).isEqualTo(reason);
        assertThat(reason(B)).isInstanceOf(FailureReason.DependencyFailed.class);
        assertThat(bench.starts(B)).isZero();
    }

    private void assertTheEndStays(Wish wish) {
        Job end = bench.job(A);
        JobState.Done done = (JobState.Done) end.state();
        assertThat(done.started().filter(done.finishedAt()::isBefore)).isEmpty();
        bench.clock.advance(Duration.ofMinutes(1));

        bench.order(A, wish.why);
        bench.tick();

        assertThat(bench.job(A)).isEqualTo(end);
    }

    private FailureReason reason(JobId id) {
        assertThat(bench.state(id)).isInstanceOf(JobState.Failed.class);
        return ((JobState.Failed) bench.state(id)).reason();
    }

    // Races with the end

    static Stream<Arguments> races() {
        return Arrays.stream(Condition.values())
                .flatMap(condition ->
                        Arrays.stream(Wish.values()).map(wish -> Arguments.of(condition, wish)));
    }

    @ParameterizedTest
    @MethodSource("races")
    void exitThatIsHeardJustBeforeTheWishLeavesAStoppedJob(Condition condition, Wish wish) {
        bench.submit(databaseJob("w", "a"), job("w", "b", "a"));
        bench.steps.hold();
        condition.apply(bench);
        if (bench.state(A) instanceof JobState.Executing) {
            bench.executor.finish(A, Exit.of(0));
        }

        bench.order(A, wish.why);
        bench.tick();
        bench.release();

        assertEnded(Moment.EXECUTING, wish);
    }

    @ParameterizedTest
    @MethodSource("races")
    void exitThatIsHeardJustAfterTheWishLeavesAStoppedJob(Condition condition, Wish wish) {
        bench.submit(databaseJob("w", "a"), job("w", "b", "a"));
        bench.steps.hold();
        condition.apply(bench);
        bench.order(A, wish.why);
        bench.executor.finish(A, Exit.of(0));

        bench.tick();
        bench.release();

        assertEnded(Moment.EXECUTING, wish);
    }

    @ParameterizedTest
    @MethodSource("races")
    void wishThatIsHeardJustBeforeTheOutputsAreCollectedWins(Condition condition, Wish wish) {
        Moment.COLLECTING.reach(
                bench,
                () -> {
                    condition.apply(bench);
                    bench.order(A, wish.why);
                });
        bench.tick();
        bench.release();

        assertEnded(Moment.COLLECTING, wish);
    }

    @ParameterizedTest
    @MethodSource("races")
    void wishThatIsHeardJustAfterTheOutputsAreCollectedComesTooLate(
            Condition condition, Wish wish) {
        Moment.COLLECTING.reach(bench, () -> condition.apply(bench));
        bench.order(A, wish.why);
        bench.tick();
        bench.release();

        assertEnded(Moment.PUBLISHING, wish);
    }

    @ParameterizedTest
    @EnumSource
    void wishThatIsHeardJustBeforeTheLastFileIsInPlaceComesTooLate(Wish wish) {
        bench.submit(job("w", "a"));
        bench.outputs.before("publish", () -> bench.order(A, wish.why));

        bench.executor.finish(A, Exit.of(0));
        bench.tick();

        assertEnded(Moment.PUBLISHING, wish);
    }

    // What comes with it

    @Test
    void cancelledJobKeepsItsLogForOperators() {
        Moment.EXECUTING.reach(bench, () -> bench.executor.say(A, "half way"));

        bench.cancel(A);
        bench.release();

        assertThat(bench.hasLog(A)).isTrue();
    }

    @Test
    void cancellationOfAJobThatIsPutBackAtTheSameTimeWins() {
        bench.steps.hold();
        bench.submit(job("w", "a"));
        bench.study.failNext(new java.io.IOException("No space left on device"));
        bench.steps.runOne();

        bench.cancel(A);
        bench.release();

        assertThat(reason(A)).isEqualTo(new FailureReason.CancelledByUser());
        assertThat(bench.isTidy()).isTrue();
    }

    @Test
    void cancellationDoesNotWaitForDiskSpaceForTheLog() {
        bench.submit(job("w", "a"));
        bench.outputs.before(
                "saveLog",
                () -> {
                    throw new java.io.IOException("No space left on device");
                });

        bench.cancel(A);

        assertThat(reason(A)).isEqualTo(new FailureReason.CancelledByUser());
        assertThat(bench.isTidy()).isTrue();
    }

    @Test
    void cancellationIsNotMistakenForAFaultOfTheInterruptedStep() {
        bench.steps.hold();
        bench.submit(job("w", "a"));
        bench.study.whenExported(() -> {
            bench.cancel(A);
            throw new IllegalStateException("interrupted in the midst of something");
        });

        bench.steps.runOne();
        bench.release();

        assertThat(reason(A)).isEqualTo(new FailureReason.CancelledByUser());
        assertThat(bench.isTidy()).isTrue();
    }

    @Test
    void dependentsOfACancelledJobFailAtOnce() {
        bench.submit(job("w", "a"), job("w", "b", "a"), job("w", "c", "b"));
        assertThat(bench.state(B)).isEqualTo(new JobState.Waiting(new WaitReason.Dependencies()));

        bench.cancel(A);

        assertThat(reason(B)).isInstanceOf(FailureReason.DependencyFailed.class);
        assertThat(reason(id("w", "c"))).isInstanceOf(FailureReason.DependencyFailed.class);
    }

    @Test
    void endOfACancelledJobIsSetOnce() {
        bench.submit(job("w", "a"));
        bench.later(Duration.ofSeconds(5));
        bench.cancel(A);
        Instant end = ((JobState.Failed) bench.state(A)).finishedAt();

        bench.clock.advance(Duration.ofMinutes(1));
        bench.cancel(A);

        assertThat(((JobState.Failed) bench.state(A)).finishedAt()).isEqualTo(end);
    }
}
