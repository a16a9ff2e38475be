package org.securebackend.runner.executor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.securebackend.runner.executor.WorkspaceEntry.Kind;
import org.securebackend.runner.executor.WorkspaceWriter.FileKind;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.ImageName;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;

/** What every executor does; run on each of them. */
@Timeout(120)
public abstract class ExecutorContract {

    private final List<JobId> used = new ArrayList<>();

    protected abstract Executor executor();

    /** An image that is present and holds {@link #arguments}. */
    protected abstract ImageName image();

    /** What makes the image say hello and run until it is let end. */
    protected abstract List<String> arguments();

    /** Lets the running program of a job end with this code. */
    protected abstract void letEnd(JobId job, int exitCode);

    @AfterEach
    void removeWhatIsLeft() {
        used.forEach(executor()::remove);
    }

    protected JobId job(String name) {
        JobId job = JobId.of(new RequestId("contract-" + getClass().getSimpleName()), name);
        used.add(job);
        return job;
    }

    protected ImageDigest digest() {
        return executor().findImage(image()).orElseThrow();
    }

    protected ProgramSpec program(JobId job, List<String> arguments) {
        return new ProgramSpec(
                job,
                new WorkspaceName("flucats"),
                new ActionName("test_action"),
                digest(),
                arguments,
                Map.of("OPENSAFELY_BACKEND", "test", "DATABASE_URL", "secret-of-the-database"),
                Optional.empty());
    }

    protected JobId started(String name) throws IOException {
        JobId job = job(name);
        executor().workspace(job).rewrite().close();
        executor().start(program(job, arguments()));
        return job;
    }

    protected Execution.Ended awaitEnd(JobId job, Events events) throws InterruptedException {
        while (true) {
            Event event = events.next();
            if (event instanceof Event.Ended(var ended, var end) && ended.equals(job)) {
                return end;
            }
        }
    }

    protected static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    protected static void write(WorkspaceWriter writer, String path, String text)
            throws IOException {
        writer.file(path, Channels.newChannel(bytes(text)), FileKind.PLAIN);
    }

    protected Map<String, Kind> shown(JobId job) throws IOException {
        var entries = new TreeMap<String, Kind>();
        executor()
                .workspace(job)
                .visit((entry, content) -> entries.put(entry.path(), entry.kind()));
        return entries;
    }

    protected String logOf(JobId job) throws IOException {
        var log = new ByteArrayOutputStream();
        executor().copyLog(job, log);
        return log.toString(UTF_8);
    }

    @Test
    void usageIsOfProgramsThatRun() throws Exception {
        assertThat(executor().usage(job("never"))).isEmpty();

        JobId job = started("usage");
        UsageReading reading = executor().usage(job).orElseThrow();

        assertThat(reading.program()).isNotBlank();
        assertThat(reading.processorTime()).isGreaterThanOrEqualTo(Duration.ZERO);
        assertThat(reading.memoryBytes()).isGreaterThanOrEqualTo(0);
    }

    @Test
    void usageOfAProgramThatHasEndedIsNotKnown() throws Exception {
        var events = new Events();
        try (var _ = executor().watch(events)) {
            JobId job = started("used");
            letEnd(job, 0);
            awaitEnd(job, events);

            assertThat(executor().usage(job)).isEmpty();
        }
    }

    @Test
    void absentImageIsNotFound() {
        assertThat(executor().findImage(new ImageName("local.test/contract/nothing:v1"))).isEmpty();
    }

    @Test
    void presentImageHasItsDigest() {
        assertThat(executor().findImage(image())).contains(digest());
    }

    @Test
    void strangersAreAbsent() {
        assertThat(executor().inspect(job("stranger"))).isEqualTo(new Execution.Absent());
        assertThat(executor().describe(job("stranger"))).isEmpty();
    }

    @Test
    void programRunsUntilItEnds() throws Exception {
        try (var events = Events.of(executor())) {
            JobId job = started("runs");
            assertThat(executor().inspect(job)).isInstanceOf(Execution.Running.class);
            assertThat(executor().survey()).containsKey(job);

            letEnd(job, 3);

            Execution.Ended end = awaitEnd(job, events);
            assertThat(end.exit().code()).isEqualTo(3);
            assertThat(end.exit().outOfMemory()).isFalse();
            assertThat(codeOf(executor().inspect(job))).isEqualTo(3);
            assertThat(executor().survey())
                    .hasEntrySatisfying(
                            job, execution -> assertThat(codeOf(execution)).isEqualTo(3));
        }
    }

    @Test
    void startedTwiceRunsOnce() throws Exception {
        JobId job = started("twice");
        Execution first = executor().inspect(job);

        assertThat(executor().start(program(job, arguments()))).isEqualTo(first);
    }

    @Test
    void startedAgainAfterItsEndStaysEnded() throws Exception {
        try (var events = Events.of(executor())) {
            JobId job = started("again");
            letEnd(job, 0);
            awaitEnd(job, events);

            assertThat(codeOf(executor().start(program(job, arguments())))).isZero();
        }
    }

    private static int codeOf(Execution execution) {
        assertThat(execution).isInstanceOf(Execution.Ended.class);
        return ((Execution.Ended) execution).exit().code();
    }

    @Test
    void nothingStartsWithoutWorkspace() {
        JobId job = job("no-workspace");
        ProgramSpec program = program(job, arguments());

        assertThatThrownBy(() -> executor().start(program)).isInstanceOf(ExecutorException.class);
        assertThat(executor().inspect(job)).isEqualTo(new Execution.Absent());
    }

    @Test
    void stoppedProgramHasEndedWhenStopReturns() throws Exception {
        JobId job = started("stopped");

        assertThat(executor().stop(job, Duration.ofMillis(1))).isEqualTo(StopOutcome.STOPPED);

        assertThat(executor().inspect(job)).isInstanceOf(Execution.Ended.class);
        assertThat(executor().stop(job, Duration.ZERO)).isEqualTo(StopOutcome.WAS_NOT_RUNNING);
    }

    @Test
    void stoppingWhatNeverRanIsFine() {
        assertThat(executor().stop(job("never"), Duration.ZERO))
                .isEqualTo(StopOutcome.WAS_NOT_RUNNING);
    }

    @Test
    void removedProgramAndWorkspaceAreGone() throws Exception {
        JobId job = started("removed");

        executor().remove(job);
        executor().remove(job);

        assertThat(executor().inspect(job)).isEqualTo(new Execution.Absent());
        assertThat(executor().survey()).doesNotContainKey(job);
        assertThatThrownBy(() -> shown(job)).isInstanceOf(FileNotFoundException.class);
    }

    @Test
    void remainsAreWhatIsThereOfAJobUntilItIsRemoved() throws Exception {
        try (var events = Events.of(executor())) {
            JobId prepared = job("prepared");
            executor().workspace(prepared).rewrite().close();
            JobId running = started("running");
            JobId ended = started("ended");
            letEnd(ended, 0);
            awaitEnd(ended, events);

            assertThat(remainsOf(prepared)).singleElement().matches(what -> isIdle(what));
            assertThat(remainsOf(running)).hasSize(2).anyMatch(what -> !isIdle(what));
            assertThat(remainsOf(ended)).hasSize(2).allMatch(what -> isIdle(what));

            for (JobId job : List.of(prepared, running, ended)) {
                executor().remove(job);
                assertThat(remainsOf(job)).isEmpty();
            }
        }
    }

    private List<Remains> remainsOf(JobId job) {
        return executor().remains().stream().filter(what -> what.job().equals(job)).toList();
    }

    private static boolean isIdle(Remains remains) {
        return remains.idleSince().isPresent();
    }

    @Test
    void logHasTimestampBeforeEachLine() throws Exception {
        try (var events = Events.of(executor())) {
            JobId job = started("log");
            letEnd(job, 0);
            awaitEnd(job, events);

            assertThat(logOf(job).lines())
                    .hasSize(2)
                    .allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z (hello|there)"));
        }
    }

    @Test
    void strangersSaidNothing() throws Exception {
        assertThat(logOf(job("silent"))).isEmpty();
    }

    @Test
    void descriptionHasNoValuesOfVariables() throws Exception {
        JobId job = started("described");

        assertThat(executor().describe(job).orElseThrow())
                .startsWith("{")
                .doesNotContain("secret-of-the-database");
    }

    @Test
    void workspaceHoldsWhatWasWritten() throws Exception {
        JobId job = job("written");
        try (WorkspaceWriter writer = executor().workspace(job).rewrite()) {
            write(writer, "analysis/model.py", "print()");
            writer.directory("output");
            writer.link("latest", "analysis/model.py");
        }

        assertThat(shown(job))
                .isEqualTo(
                        Map.of(
                                "analysis", Kind.DIRECTORY,
                                "analysis/model.py", Kind.REGULAR,
                                "output", Kind.DIRECTORY,
                                "latest", Kind.SYMLINK));
    }

    @Test
    void contentIsReadBack() throws Exception {
        JobId job = job("content");
        try (WorkspaceWriter writer = executor().workspace(job).rewrite()) {
            write(writer, "a.txt", "first");
            write(writer, "a.txt", "second");
        }

        var read = new ArrayList<String>();
        executor()
                .workspace(job)
                .visit((entry, content) -> {
                    try (var channel = content.open()) {
                        read.add(
                                new String(Channels.newInputStream(channel).readAllBytes(), UTF_8));
                    }
                    assertThat(entry.bytes()).isEqualTo(6);
                    assertThat(entry.links()).isEqualTo(1);
                });
        assertThat(read).containsExactly("second");
    }

    @Test
    void rewriteForgetsWhatWasThere() throws Exception {
        JobId job = job("rewritten");
        try (WorkspaceWriter writer = executor().workspace(job).rewrite()) {
            write(writer, "old/file", "old");
        }
        executor().workspace(job).rewrite().close();

        assertThat(shown(job)).isEmpty();
    }

    @Test
    void pathsThatLeaveTheWorkspaceAreRefused() throws Exception {
        try (WorkspaceWriter writer = executor().workspace(job("leaves")).rewrite()) {
            for (String path : List.of("../a", "/a", "a/../../b", "", ".", "a//b", "a/", "a\0b")) {
                assertThatThrownBy(() -> write(writer, path, "x")).isInstanceOf(IOException.class);
                assertThatThrownBy(() -> writer.directory(path)).isInstanceOf(IOException.class);
                assertThatThrownBy(() -> writer.link(path, "x")).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void nothingIsWrittenThroughLinks() throws Exception {
        JobId job = job("through");
        try (WorkspaceWriter writer = executor().workspace(job).rewrite()) {
            write(writer, "real/file", "mine");
            writer.link("directory", "real");
            writer.link("name", "real/file");

            assertThatThrownBy(() -> write(writer, "directory/file", "x"))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> writer.directory("directory")).isInstanceOf(IOException.class);
            write(writer, "name", "replaced");
        }
        assertThat(shown(job)).containsEntry("name", Kind.REGULAR);
    }

    @Test
    void absentWorkspaceIsSaidToBeAbsent() {
        assertThatThrownBy(() -> shown(job("absent"))).isInstanceOf(FileNotFoundException.class);
    }

    @Test
    void watcherHearsThatTheEngineIsThere() throws Exception {
        try (var events = Events.unsettled(executor())) {
            assertThat(events.next()).isEqualTo(new Event.Connected());
        }
    }

    /** What a listener hears. */
    protected sealed interface Event {
        record Ended(JobId job, Execution.Ended end) implements Event {}

        record Lost() implements Event {}

        record Connected() implements Event {}
    }

    /** Hears of an executor's programs. */
    protected static final class Events implements Executor.Listener, AutoCloseable {
        private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        private AutoCloseable watch = () -> {};

        private Events() {}

        /** Watches, but may not be connected yet. */
        public static Events unsettled(Executor executor) {
            var events = new Events();
            events.watch = executor.watch(events);
            return events;
        }

        /** Watches and is connected. */
        public static Events of(Executor executor) throws InterruptedException {
            Events events = unsettled(executor);
            assertThat(events.next()).isEqualTo(new Event.Connected());
            return events;
        }

        public Event next() throws InterruptedException {
            Event event = events.poll(60, TimeUnit.SECONDS);
            assertThat(event).as("an event within a minute").isNotNull();
            return Objects.requireNonNull(event);
        }

        @Override
        public void ended(JobId job, Execution.Ended end) {
            events.add(new Event.Ended(job, end));
        }

        @Override
        public void lost() {
            events.add(new Event.Lost());
        }

        @Override
        public void connected() {
            events.add(new Event.Connected());
        }

        @Override
        public void close() {
            assertThatCode(watch::close).doesNotThrowAnyException();
        }
    }
}
