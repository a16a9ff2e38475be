package org.securebackend.runner.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.executor.Execution;
import org.securebackend.runner.executor.Executor;
import org.securebackend.runner.executor.ExecutorContract;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.executor.SizedContent;
import org.securebackend.runner.executor.WorkspaceEntry;
import org.securebackend.runner.executor.WorkspaceEntry.Kind;
import org.securebackend.runner.executor.WorkspaceUnfitException;
import org.securebackend.runner.executor.WorkspaceWriter;
import org.securebackend.runner.executor.WorkspaceWriter.FileKind;
import org.securebackend.runner.job.ImageName;
import org.securebackend.runner.job.JobId;

@Tag("docker")
class VolumeExecutorTest extends ExecutorContract {
    private static final String INSTANCE = "volume-executor-test";
    private static final long MOST_BYTES = 1L << 30;
    private static final ContainerUser USER = ContainerUser.ofThisProcess();

    private static ImageName image = new ImageName("unset");

    @TempDir private Path folder;
    private DockerExecutor executor = executor(Path.of("/nowhere"), WorkspaceKind.VOLUME);

    @BeforeAll
    static void makeImage() {
        image = StandInImages.python();
    }

    @BeforeEach
    void connect() {
        executor = executor(folder, WorkspaceKind.VOLUME);
    }

    private static DockerExecutor executor(Path folder, WorkspaceKind kind) {
        return new DockerExecutor(
                new DockerSettings(
                        DockerExecutorTest.engine(),
                        Duration.ofSeconds(60),
                        new WorkspacePlace(kind, folder, folder, MOST_BYTES),
                        USER,
                        new ProgramLimits(1, 64L << 20, 50, ProgramLimits.LogLimits.DEFAULT),
                        Optional.empty(),
                        PullPolicy.NEVER,
                        INSTANCE));
    }

    @Override
    protected Executor executor() {
        return executor;
    }

    @Override
    protected ImageName image() {
        return image;
    }

    @Override
    protected List<String> arguments() {
        return shell(
                "echo hello; echo there; while [ ! -s end ]; do sleep 0.05; done; exit $(cat end)");
    }

    private static List<String> shell(String commands) {
        return List.of("sh", "-c", commands);
    }

    @Override
    protected void letEnd(JobId job, int exitCode) {
        docker("exec", "os-job-" + job, "sh", "-c", "echo %d >end".formatted(exitCode));
    }

    private static String docker(String... words) {
        var command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(words));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
            assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
            return said;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> volumesOf(JobId job) {
        return docker("volume", "ls", "--quiet", "--filter", "name=os-volume-" + job)
                .lines()
                .toList();
    }

    private static List<String> containersOf(JobId job) {
        return docker("ps", "--all", "--filter", "name=" + job, "--format", "{{.Names}}")
                .lines()
                .toList();
    }

    private JobId ran(String name, String commands) throws Exception {
        JobId job = job(name);
        executor.workspace(job).rewrite().close();
        assertThat(run(executor, job, commands)).isZero();
        return job;
    }

    private int run(DockerExecutor runner, JobId job, String commands) throws Exception {
        try (var events = Events.of(runner)) {
            var program = program(job, shell(commands));
            Execution.Ended end =
                    runner.start(program) instanceof Execution.Ended ended
                            ? ended
                            : awaitEnd(job, events);
            return end.exit().code();
        }
    }

    private List<String> said(JobId job) throws IOException {
        return logOf(job).lines().map(line -> line.substring(line.indexOf(' ') + 1)).toList();
    }

    private static NavigableMap<String, WorkspaceEntry> entries(DockerExecutor of, JobId job)
            throws IOException {
        var entries = new TreeMap<String, WorkspaceEntry>();
        of.workspace(job).visit((entry, _) -> entries.put(entry.path(), entry));
        return entries;
    }

    private static ReadableByteChannel channel(byte[] bytes) {
        return Channels.newChannel(new ByteArrayInputStream(bytes));
    }

    private static byte[] read(ReadableByteChannel channel) throws IOException {
        try (channel) {
            return Channels.newInputStream(channel).readAllBytes();
        }
    }

    @Test
    void filesBelongToTheContainersUser() throws Exception {
        JobId job = job("owned");
        try (WorkspaceWriter writer = executor.workspace(job).rewrite()) {
            writer.file("a/program", channel("x".getBytes(UTF_8)), FileKind.EXECUTABLE);
            writer.file("a/data", channel("x".getBytes(UTF_8)), FileKind.PLAIN);
            writer.link("link", "a/data");
        }

        run(executor, job, "for f in . a a/program a/data link; do stat -c '%u:%g %a' $f; done");

        assertThat(said(job))
                .containsExactly(
                        USER + " 700", USER + " 755", USER + " 755", USER + " 644", USER + " 777");
    }

    @Test
    void oddNamesAndLinksArriveAsTheirAuthorWroteThem() throws Exception {
        JobId job = job("odd");
        String deep = "d".repeat(200) + "/" + "e".repeat(200) + "/file";
        var names = List.of(".wh.x", ".wh..wh..opq", "new\nline", "\u00e9\u4e2d\ud83d\ude00", deep);
        try (WorkspaceWriter writer = executor.workspace(job).rewrite()) {
            for (String name : names) {
                write(writer, name, name);
            }
            writer.link("up", "../../etc/passwd");
            writer.link("far", "/" + "long/".repeat(40));
            writer.link("nowhere", "n");
        }

        assertThat(entries(executor, job).keySet()).containsAll(names);
        executor.workspace(job)
                .visit((entry, content) -> {
                    if (entry.kind() == Kind.REGULAR) {
                        assertThat(new String(read(content.open()), UTF_8)).isEqualTo(entry.path());
                    }
                });
        run(executor, job, "readlink up; readlink far; readlink nowhere");
        assertThat(said(job)).containsExactly("../../etc/passwd", "/" + "long/".repeat(40), "n");
    }

    @Test
    void hostileTreeIsShownAsItsTwinInADirectoryIs() throws Exception {
        String hostile =
                """
                ln -s /etc/passwd file-link; ln -s /etc directory-link; ln -s .. up-link
                mkfifo pipe
                touch "$(printf 'new\\nline')" "$(printf 'bad\\377name')" ' ' '\\' ./-r ".." ...
                mkdir "$(printf 'bad\\377directory')"
                echo x >one; ln one two; mkdir sub; ln one sub/three; ln -s one symbolic
                mkdir locked; touch locked/in; chmod 0 locked; touch secret; chmod 0 secret
                truncate -s 524288000 sparse || exit 1
                i=0; while [ $i -lt 300 ]; do mkdir d && cd d || exit 1; i=$((i+1)); done; true
                """;
        JobId inVolume = ran("hostile", hostile);
        try (var other = executor(folder, WorkspaceKind.BIND)) {
            JobId inDirectory = job("hostile-twin");
            other.workspace(inDirectory).rewrite().close();
            assertThat(run(other, inDirectory, hostile)).isZero();

            assertThat(rules(executor, inVolume).entrySet())
                    .containsExactlyElementsOf(rules(other, inDirectory).entrySet());
        }
        assertThat(rules(executor, inVolume))
                .containsEntry("one", "REGULAR with several names")
                .containsEntry("two", "REGULAR with several names")
                .containsEntry("sub/three", "REGULAR with several names")
                .containsEntry("deep " + (2 * TreeVisit.DEEPEST - 1), "OTHER")
                .containsEntry("bad\ufffdname", "OTHER");

        executor.workspace(inVolume)
                .visit((entry, content) -> {
                    if (entry.kind() != Kind.REGULAR) {
                        assertThatThrownBy(content::open).isInstanceOf(IOException.class);
                    }
                });
        executor.remove(inVolume);
        assertThat(volumesOf(inVolume)).isEmpty();
    }

    /** What decides whether an entry may be collected. */
    private static Map<String, String> rules(DockerExecutor of, JobId job) throws IOException {
        var rules = new TreeMap<String, String>();
        entries(of, job)
                .forEach((path, entry) ->
                        rules.put(
                                path.startsWith("d/d/") ? "deep " + path.length() : path,
                                entry.kind()
                                        + (entry.kind() == Kind.REGULAR && entry.links() > 1
                                                ? " with several names"
                                                : "")));
        return rules;
    }

    @Test
    void terabyteOfHolesIsRefusedAtOnce() throws Exception {
        JobId job =
                ran("terabyte", "echo x >a.csv; truncate -s 1099511627776 holes && echo x >z.csv");
        long before = System.nanoTime();

        assertThatThrownBy(() -> entries(executor, job))
                .isInstanceOf(WorkspaceUnfitException.class)
                .hasMessageContaining("larger than " + MOST_BYTES + " bytes");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));

        executor.remove(job);
    }

    @Test
    void contentCanBeReadAgainButNotAfterwards() throws Exception {
        JobId job = job("again");
        byte[] large = new byte[30_000_000];
        // The engine has not done with it when it is asked again.
        new Random(1).nextBytes(large);
        try (WorkspaceWriter writer = executor.workspace(job).rewrite()) {
            writer.file("a b/%41+?&.bin", channel(large), FileKind.PLAIN);
            write(writer, "b", "next");
        }
        var late = new AtomicReference<@Nullable ReadableByteChannel>();
        var seen = new ArrayList<String>();
        executor.workspace(job)
                .visit((entry, content) -> {
                    seen.add(entry.path());
                    if (entry.path().endsWith(".bin")) {
                        assertThat(content.open().read(ByteBuffer.allocate(10))).isPositive();
                        assertThat(read(content.open())).isEqualTo(large);
                        assertThat(read(content.open())).isEqualTo(large);
                        late.set(content.open());
                    }
                    if (entry.path().equals("b")) {
                        ReadableByteChannel channel = Objects.requireNonNull(late.get());
                        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
                                .isInstanceOf(IOException.class);
                        assertThat(read(content.open())).isEqualTo("next".getBytes(UTF_8));
                    }
                });
        assertThat(seen).containsExactly("a b", "a b/%41+?&.bin", "b");
        assertThat(folder).as("nothing is kept aside").isEmptyDirectory();
        assertThat(containersOf(job)).containsExactly("os-volume-" + job + "-manager");
    }

    @Test
    void fileThatBreaksOffLeavesNoWorkspaceThatLooksComplete() throws Exception {
        JobId job = job("half");
        WorkspaceWriter writer = executor.workspace(job).rewrite();
        var shrunk = new HalfContent(1000);

        assertThatThrownBy(() -> writer.file("data", shrunk, FileKind.PLAIN))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> write(writer, "more", "x")).isInstanceOf(IOException.class);
        assertThatThrownBy(writer::close)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not complete");

        executor.workspace(job).rewrite().close();
        assertThat(shown(job)).isEmpty();
    }

    private record HalfContent(long remainingBytes) implements SizedContent {
        @Override
        public int read(ByteBuffer target) {
            return -1;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    @Test
    void namesThatNoFileSystemHoldsAreRefusedAndSpoilNothing() throws Exception {
        JobId job = job("names");
        try (WorkspaceWriter writer = executor.workspace(job).rewrite()) {
            for (String path :
                    List.of(
                            "n".repeat(256),
                            "\ud800",
                            "d/".repeat(2500) + "f",
                            "\u4e2d".repeat(86))) {
                assertThatThrownBy(() -> write(writer, path, "x")).isInstanceOf(IOException.class);
            }
            for (String target : List.of("", "a\0b", "t".repeat(5000))) {
                assertThatThrownBy(() -> writer.link("l", target)).isInstanceOf(IOException.class);
            }
            write(writer, "good", "x");
        }
        assertThat(shown(job)).isEqualTo(Map.of("good", Kind.REGULAR));
    }

    @Test
    void volumeThatWasCutOffWhileItWasFilledIsMadeAnew() throws Exception {
        JobId job = job("cut");
        var dying = executor(folder, WorkspaceKind.VOLUME);
        WorkspaceWriter abandoned = dying.workspace(job).rewrite();
        abandoned.file("old", channel(new byte[5_000_000]), FileKind.PLAIN);
        dying.close();

        try (WorkspaceWriter writer = executor.workspace(job).rewrite()) {
            write(writer, "new", "x");
        }

        assertThat(shown(job)).isEqualTo(Map.of("new", Kind.REGULAR));
        assertThatThrownBy(
                        () -> {
                            abandoned.file("late", channel(new byte[9_000_000]), FileKind.PLAIN);
                            abandoned.close();
                        })
                .isInstanceOfAny(IOException.class, ExecutorException.class);
        assertThat(shown(job)).isEqualTo(Map.of("new", Kind.REGULAR));
    }

    @Test
    void volumeWithAContainerThatNeverStartedIsMadeAnew() throws Exception {
        JobId job = job("unstarted");
        try (WorkspaceWriter writer = executor.workspace(job).rewrite()) {
            write(writer, "old", "x");
        }
        docker(
                "create",
                "--name=os-job-" + job,
                "--label=runner-instance=" + INSTANCE,
                "--mount=type=volume,source=os-volume-%s,target=/workspace".formatted(job),
                image.value());

        executor.workspace(job).rewrite().close();

        assertThat(shown(job)).isEmpty();
    }

    @Test
    void volumeWhoseHolderWasPrunedIsStillRead() throws Exception {
        JobId job = ran("pruned", "echo x >data");
        docker("rm", "os-volume-" + job + "-manager");

        assertThat(shown(job)).isEqualTo(Map.of("data", Kind.REGULAR));
        executor.remove(job);
        assertThat(volumesOf(job)).isEmpty();
        assertThat(containersOf(job)).isEmpty();
    }

    @Test
    void removalThatWasCutOffIsFinishedByTheNext() throws Exception {
        JobId job = ran("removal", "echo x >data");
        docker("rm", "os-job-" + job);
        docker("rm", "os-volume-" + job + "-manager");

        executor.remove(job);

        assertThat(volumesOf(job)).isEmpty();
    }

    @Test
    void volumeOfSomebodyElseIsLeftAlone() throws Exception {
        JobId job = job("stranger");
        docker("volume", "create", "os-volume-" + job);
        try {
            assertThatThrownBy(() -> executor.workspace(job).rewrite())
                    .isInstanceOf(ExecutorException.class)
                    .hasMessageContaining("somebody else");
            assertThatThrownBy(() -> shown(job)).isInstanceOf(FileNotFoundException.class);
            executor.remove(job);
            assertThat(volumesOf(job)).hasSize(1);
        } finally {
            docker("volume", "rm", "os-volume-" + job);
        }
    }

    @Test
    void workspaceKeepsItsKindWhenTheSettingChanges() throws Exception {
        try (var binding = executor(folder, WorkspaceKind.BIND)) {
            JobId inDirectory = job("was-bound");
            try (WorkspaceWriter writer = binding.workspace(inDirectory).rewrite()) {
                write(writer, "here", "x");
            }
            JobId inVolume = job("was-volume");
            try (WorkspaceWriter writer = executor.workspace(inVolume).rewrite()) {
                write(writer, "there", "x");
            }

            assertThat(run(executor, inDirectory, "cat here >made")).isZero();
            assertThat(run(binding, inVolume, "cat there >made")).isZero();

            assertThat(entries(executor, inDirectory)).containsOnlyKeys("here", "made");
            assertThat(entries(binding, inVolume)).containsOnlyKeys("there", "made");
            assertThat(volumesOf(inDirectory)).isEmpty();
            assertThat(folder.resolve(inVolume.value())).doesNotExist();
            executor.remove(inDirectory);
            binding.remove(inVolume);
            assertThat(folder).isEmptyDirectory();
            assertThat(volumesOf(inVolume)).isEmpty();
        }
    }

    @Test
    void workspaceThatIsMadeAnewIsOfTheConfiguredKind() throws Exception {
        try (var binding = executor(folder, WorkspaceKind.BIND)) {
            JobId job = job("anew");
            binding.workspace(job).rewrite().close();
            executor.workspace(job).rewrite().close();
            assertThat(folder).isEmptyDirectory();
            assertThat(volumesOf(job)).hasSize(1);

            try (WorkspaceWriter writer = binding.workspace(job).rewrite()) {
                write(writer, "bound", "x");
            }
            // The directory is the newer one; both go in the end.
            assertThat(entries(executor, job)).containsOnlyKeys("bound");
            executor.remove(job);
            assertThat(folder).isEmptyDirectory();
            assertThat(volumesOf(job)).isEmpty();
        }
    }

    @Test
    void filesOfTheProgramAreNewerThanThoseOfItsStart() throws Exception {
        JobId job = job("times");
        try (WorkspaceWriter writer = executor.workspace(job).rewrite()) {
            write(writer, "old", "x");
        }
        Instant start = Instant.now();
        run(executor, job, "echo x >new");

        assertThat(Objects.requireNonNull(entries(executor, job).get("old")).modifiedAt())
                .isBefore(start);
        assertThat(Objects.requireNonNull(entries(executor, job).get("new")).modifiedAt())
                .isAfter(start);
    }

    @Test
    void interruptedVisitStops() throws Exception {
        JobId job = ran("interrupted", "echo x >data");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> shown(job))
                .isInstanceOfAny(IOException.class, ExecutorException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
