package org.securebackend.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.securebackend.runner.store.Samples.START;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.FailureReason;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.StopReason;
import org.securebackend.runner.job.Success;
import org.securebackend.runner.job.Verdict;
import org.securebackend.runner.job.WaitReason;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.pipeline.ActionName;

class CodecTest {
    private static final ActionName ACTION = new ActionName("join é");
    private static final Exit KILLED = new Exit(137, true, OptionalLong.of(4L << 30));

    private static final List<WaitReason> WAIT_REASONS =
            List.of(
                    new WaitReason.Created(),
                    new WaitReason.Paused(),
                    new WaitReason.DatabaseMaintenance(),
                    new WaitReason.Dependencies(),
                    new WaitReason.Workers(true),
                    new WaitReason.Workers(false),
                    new WaitReason.DatabaseWorkers(),
                    new WaitReason.Memory(),
                    new WaitReason.Reboot(),
                    new WaitReason.Platform("the engine is away \"now\"\n"));

    private static final List<FailureReason> FAILURE_REASONS =
            List.of(
                    new FailureReason.NonZeroExit(Exit.of(3)),
                    new FailureReason.NonZeroExit(KILLED),
                    new FailureReason.UnmatchedPatterns(List.of("output/*.csv", "x")),
                    new FailureReason.UnmatchedPatterns(List.of()),
                    new FailureReason.CancelledByUser(),
                    new FailureReason.KilledByAdmin(),
                    new FailureReason.TimeLimit(Duration.ofMinutes(90)),
                    new FailureReason.DependencyFailed(ACTION),
                    new FailureReason.StaleCodelists(ACTION),
                    new FailureReason.RequestError("ProjectValidationError", "line 3: \\ no"),
                    new FailureReason.CannotRun("out of the way"),
                    new FailureReason.Platform("Something went wrong", "ref-1"),
                    new FailureReason.Recorded("nonzero_exit", "Job exited with an error"));

    private static final List<Success> SUCCESSES =
            List.of(
                    new Success.Ran(0),
                    new Success.Ran(7),
                    new Success.AlreadyRan(),
                    new Success.AlreadyScheduled(),
                    new Success.Recorded("Completed successfully"));

    static List<JobState> states() {
        var states = new ArrayList<JobState>();
        WAIT_REASONS.forEach(reason -> states.add(new JobState.Waiting(reason)));
        states.add(new JobState.Preparing(START));
        states.add(new JobState.Prepared(START));
        states.add(new JobState.Executing(START));
        states.add(new JobState.Overrunning(START, Duration.ofHours(18)));
        for (Exit exit : List.of(Exit.of(0), KILLED)) {
            states.add(new JobState.Executed(START, exit));
            states.add(new JobState.Collecting(START, exit));
        }
        states.add(new JobState.Publishing(START, new Verdict.Success(2)));
        FAILURE_REASONS.forEach(
                reason -> states.add(new JobState.Publishing(START, new Verdict.Failure(reason))));
        for (StopReason why : StopReason.values()) {
            states.add(new JobState.Stopping(START, why));
        }
        SUCCESSES.forEach(
                success -> states.add(new JobState.Succeeded(Optional.of(START), START, success)));
        states.add(new JobState.Succeeded(Optional.empty(), START, new Success.AlreadyRan()));
        FAILURE_REASONS.forEach(
                reason -> states.add(new JobState.Failed(Optional.of(START), START, reason)));
        states.add(
                new JobState.Failed(Optional.empty(), START, new FailureReason.CancelledByUser()));
        return states;
    }

    @ParameterizedTest
    @MethodSource("states")
    void everyStateComesBackAsItWas(JobState state) {
        assertThat(StateCodec.read(StateCodec.write(state))).isEqualTo(state);
    }

    @Test
    void hindranceComesBackAsItWas() {
        for (Optional<String> cause :
                List.of(Optional.of("full \"disk\""), Optional.<String>empty())) {
            var hindrance = new org.securebackend.runner.job.Hindrance(START, cause);
            assertThat(HindranceCodec.read(HindranceCodec.write(hindrance))).isEqualTo(hindrance);
        }
    }

    @Test
    void everyKindOfStateAndReasonIsTried() {
        assertThat(classes(states())).isEqualTo(leaves(JobState.class));
        assertThat(classes(WAIT_REASONS)).isEqualTo(leaves(WaitReason.class));
        assertThat(classes(FAILURE_REASONS)).isEqualTo(leaves(FailureReason.class));
        assertThat(classes(SUCCESSES)).isEqualTo(leaves(Success.class));
    }

    private static Set<Class<?>> classes(List<?> values) {
        var classes = new HashSet<Class<?>>();
        values.forEach(value -> classes.add(value.getClass()));
        return classes;
    }

    private static Set<Class<?>> leaves(Class<?> type) {
        if (!type.isSealed()) {
            return Set.of(type);
        }
        var leaves = new HashSet<Class<?>>();
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            leaves.addAll(leaves(permitted));
        }
        return leaves;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{\"is\":\"dreaming\"}",
                "{\"is\":7}",
                "{\"is\":\"preparing\"}",
                "{\"is\":\"preparing\",\"started\":\"yesterday\"}",
                "{\"is\":\"stopping\",\"started\":\"2025-01-01T00:00:00Z\",\"why\":\"BOREDOM\"}",
                "{\"is\":\"waiting\",\"reason\":{\"is\":\"workers\",\"heavy\":\"yes\"}}"
            })
    void stateThatCannotBeReadIsAnErrorAndNotAGuess(String text) {
        assertThatThrownBy(() -> StateCodec.read(text)).isInstanceOf(StoreException.class);
    }

    static Stream<Work> works() {
        Work full = Samples.work(Samples.WORKSPACE);
        var plain =
                new Work(
                        full.workspace(),
                        full.study(),
                        Optional.empty(),
                        full.command(),
                        full.outputs(),
                        List.of(),
                        false,
                        "");
        return Stream.of(full, plain);
    }

    @ParameterizedTest
    @MethodSource("works")
    void workComesBackAsItWas(Work work) {
        assertThat(WorkCodec.read(WorkCodec.write(work))).isEqualTo(work);
    }

    @Test
    void requestWithoutRequesterComesBackAsItWas() {
        JobRequest full = Samples.request("r1");
        var plain =
                new JobRequest(
                        full.id(),
                        full.origin(),
                        "",
                        "",
                        "",
                        "",
                        "",
                        Arrays.asList("a", ""),
                        List.of(),
                        false,
                        true,
                        Optional.empty(),
                        START,
                        "");
        var columns = new RequestCodec.Columns(plain.id(), plain.origin(), START, plain.original());

        assertThat(RequestCodec.read(columns, RequestCodec.write(plain))).isEqualTo(plain);
    }
}
