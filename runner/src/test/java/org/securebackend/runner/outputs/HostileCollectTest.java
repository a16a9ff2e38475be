package org.securebackend.runner.outputs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.securebackend.runner.executor.JobWorkspace;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.outputs.Outputs.Leavings;
import org.securebackend.runner.outputs.Outputs.Publication;

/** Every hostile tree through the collector alone, in the kind of workspace that containers use. */
@Timeout(120)
class HostileCollectTest {
    private static final String CANARY = "canary-7f3a-nobody-may-see-this";

    @TempDir(factory = MemoryFolder.class)
    Path folder;

    private Stores stores;
    private Path outside;

    @BeforeEach
    void makeStores() throws IOException {
        stores = Stores.in(folder);
        outside = Files.createDirectories(folder.resolve("outside"));
        Files.writeString(outside.resolve("canary.csv"), "n\n" + CANARY + "\n");
    }

    private JobWorkspace workspace(Job job) {
        return BindWorkspaces.at(folder.resolve("high/volumes")).of(job.id());
    }

    private Path directory(Job job) {
        return folder.resolve("high/volumes").resolve(job.id().value());
    }

    @ParameterizedTest
    @EnumSource
    void onlyWhatIsTheJobsOwnIsTaken(HostileTree tree) throws Exception {
        Job job = Jobs.job("r1", tree.patterns().toArray(String[]::new));
        workspace(job).rewrite().close();
        run(directory(job), tree.script(outside));

        JobResults results = collectAndPublish(job);

        if (!tree.isOpen()) {
            assertThat(told(results)).containsExactlyElementsOf(tree.expected());
        }
        assertThat(outside.toFile().list()).containsExactly("canary.csv");
        requireNoCanary(results);
        requirePlainFiles();
    }

    private JobResults collectAndPublish(Job job) throws IOException {
        JobResults results =
                stores.outputs()
                        .collect(new Leavings(job, List.of(), Instant.EPOCH), workspace(job));
        stores.outputs().publish(new Publication(job, results, List.of()));
        stores.outputs()
                .saveLog(
                        new JobLog(
                                Jobs.succeeded(job),
                                "Completed successfully",
                                Optional.empty(),
                                Optional.of(results),
                                Optional.empty(),
                                _ -> {},
                                JobLog.Audience.USERS));
        return results;
    }

    private static void run(Path directory, String script) throws Exception {
        Process shell =
                new ProcessBuilder("sh", "-c", script)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(shell.getInputStream().readAllBytes(), ISO_8859_1);
        assertThat(shell.waitFor()).as(said).isZero();
    }

    private static List<String> told(JobResults results) {
        return Stream.concat(
                        results.outputs().stream().map(file -> "taken " + file.path()),
                        results.notCollected().stream()
                                .map(file -> "refused %s: %s".formatted(file.path(), file.why())))
                .sorted()
                .toList();
    }

    private void requireNoCanary(JobResults results) throws IOException {
        assertThat(results.toString()).doesNotContain(CANARY);
        for (Path file : published()) {
            assertThat(file.toString()).doesNotContain(CANARY);
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && Files.size(file) < 100_000_000) {
                assertThat(Files.readString(file, ISO_8859_1)).doesNotContain(CANARY);
            }
        }
    }

    /** Whatever the job left: here are folders and files of ours, and nothing else. */
    private void requirePlainFiles() throws IOException {
        for (Path file : published()) {
            Object mode = Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            assertThat(mode).as(file.toString()).isIn(0100640, 0040750, 0040755, 0040700);
        }
    }

    /** All that is in the storages but the workspaces of jobs. */
    private List<Path> published() {
        var all = new ArrayList<Path>();
        for (String part : List.of("high/.staging", "high/workspaces", "high/logs", "medium")) {
            try (Stream<Path> files = Files.walk(folder.resolve(part))) {
                files.filter(path -> !path.toString().contains("/.staging/locks/"))
                        .forEach(all::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return all;
    }

    @Test
    void socketIsNotCollected() throws Exception {
        Job job = Jobs.job("r1", "mo:*.csv");
        workspace(job).rewrite().close();
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(directory(job).resolve("socket.csv")));
            assertThat(told(collectAndPublish(job)))
                    .containsExactly("refused socket.csv: not a regular file");
        }
    }

    /** Swaps what it finds for links to the secret, and back, as fast as it can. */
    private static final class Racer implements AutoCloseable {
        private final Path directory;
        private final Path outside;
        private final Thread thread;
        private volatile boolean ended;
        private final AtomicInteger rounds = new AtomicInteger();

        Racer(Path directory, Path outside) {
            this.directory = directory;
            this.outside = outside;
            this.thread = Thread.ofPlatform().name("racer").start(this::race);
        }

        private void race() {
            while (!ended) {
                for (int i = 0; i < 4; i++) {
                    attempt("link", i);
                    attempt("folder", i);
                    attempt("hard", i);
                    attempt("grow", i);
                    attempt("tree", i);
                    attempt("file", i);
                }
                rounds.incrementAndGet();
            }
        }

        private void attempt(String what, int number) {
            Path file = directory.resolve("output").resolve("f" + number + ".csv");
            Path spare = directory.resolve("spare" + number);
            try {
                switch (what) {
                    case "link" -> {
                        Files.deleteIfExists(spare);
                        Files.createSymbolicLink(spare, outside.resolve("canary.csv"));
                        rename(spare, file);
                    }
                    case "hard" -> {
                        Files.deleteIfExists(spare);
                        Files.createLink(spare, outside.resolve("canary.csv"));
                        rename(spare, file);
                    }
                    case "grow" ->
                            Files.writeString(
                                    file,
                                    "more\n",
                                    java.nio.file.StandardOpenOption.APPEND,
                                    LinkOption.NOFOLLOW_LINKS);
                    case "file" -> {
                        Files.deleteIfExists(file);
                        Files.write(file, new byte[number % 2 == 0 ? 10 : 1 << 20]);
                    }
                    case "tree" -> {
                        Files.deleteIfExists(file);
                        Files.createDirectory(file);
                        Files.createSymbolicLink(file.resolve("in"), outside);
                        Files.delete(file.resolve("in"));
                        Files.delete(file);
                    }
                    case "folder" -> {
                        Path output = directory.resolve("output");
                        Path away = directory.resolve("away");
                        rename(output, away);
                        Files.createSymbolicLink(output, outside);
                        Files.delete(output);
                        rename(away, output);
                    }
                    default -> throw new IllegalArgumentException(what);
                }
            } catch (IOException e) {
                // The collector was faster.
                Thread.onSpinWait();
            }
        }

        private static void rename(Path from, Path to) throws IOException {
            Files.move(from, to, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public void close() {
            ended = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void threadThatSwapsFilesLinksAndFoldersGetsNothingOut() throws Exception {
        int collected = 0;
        int refused = 0;
        for (int round = 0; round < 40; round++) {
            Job job = Jobs.job("race" + round, "mo:output/f0.csv", "hi:output/*");
            workspace(job).rewrite().close();
            Files.createDirectories(directory(job).resolve("output"));
            try (var racer = new Racer(directory(job), outside)) {
                while (racer.rounds.get() == 0) {
                    Thread.onSpinWait();
                }
                JobResults results = collectAndPublish(job);
                collected += results.outputs().size();
                refused += results.notCollected().size();
                requireNoCanary(results);
            }
            new ProcessBuilder("rm", "-rf", directory(job).toString()).start().waitFor();
        }
        assertThat(collected).isPositive();
        assertThat(refused).isPositive();
    }
}
