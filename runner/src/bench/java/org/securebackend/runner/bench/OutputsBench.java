package org.securebackend.runner.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.securebackend.runner.docker.ContainerUser;
import org.securebackend.runner.docker.DockerExecutor;
import org.securebackend.runner.docker.DockerSettings;
import org.securebackend.runner.docker.ProgramLimits;
import org.securebackend.runner.docker.PullPolicy;
import org.securebackend.runner.docker.WorkspacePlace;
import org.securebackend.runner.executor.WorkspaceWriter;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.CommitId;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobDefinition;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.Verdict;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.outputs.FileOutputs;
import org.securebackend.runner.outputs.Outputs.Leavings;
import org.securebackend.runner.outputs.Outputs.Publication;
import org.securebackend.runner.outputs.OutputsSettings;
import org.securebackend.runner.outputs.WorkspaceRecords;
import org.securebackend.runner.outputs.log.Secrets;
import org.securebackend.runner.pipeline.ActionName;
import org.securebackend.runner.pipeline.OutputPattern;
import org.securebackend.runner.pipeline.OutputSpec;
import org.securebackend.runner.pipeline.PrivacyLevel;
import org.securebackend.runner.pipeline.RunCommand;

/**
 * Collecting and publishing, on the disk that holds temporary files: many small files for level 4,
 * and one large file, moved and copied.
 */
final class OutputsBench implements AutoCloseable {
    private static final int SMALL_FILES = 5_000;
    private static final int SMALL_RUNS = 3;

    /** Less is enough to try the benchmark itself. */
    private static final long LARGE_BYTES =
            Integer.getInteger("bench.large.gigabytes", 4) * (1L << 30);

    private static final double SHARE = 0.8;
    private static final int BLOCK_BYTES = 1 << 20;

    private final Path home;
    private final DockerExecutor executor;
    private final FileOutputs outputs;
    private int jobs;

    OutputsBench() throws IOException {
        home = Files.createTempDirectory("bench-outputs-");
        for (String folder : List.of("high/volumes", "medium")) {
            Files.createDirectories(home.resolve(folder));
        }
        executor =
                new DockerExecutor(
                        new DockerSettings(
                                DockerSettings.DEFAULT_ENGINE,
                                Duration.ofSeconds(60),
                                WorkspacePlace.at(home.resolve("high/volumes")),
                                ContainerUser.ofThisProcess(),
                                ProgramLimits.DEFAULT,
                                Optional.empty(),
                                PullPolicy.NEVER,
                                "bench"));
        outputs =
                new FileOutputs(
                        OutputsSettings.standard(
                                home.resolve("high"),
                                home.resolve("medium"),
                                Secrets.of(List.of("a-secret-of-this-benchmark"))),
                        new NothingOnRecord(),
                        Clock.systemUTC());
    }

    /** On a temporary folder of its own. */
    static List<Figure> measure() throws Exception {
        try (var bench = new OutputsBench()) {
            var figures = new ArrayList<Figure>();
            figures.add(bench.smallFiles());
            figures.addAll(bench.largeFile());
            return figures;
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        executor.close();
        new ProcessBuilder("rm", "-rf", home.toString()).start().waitFor();
    }

    private Figure smallFiles() throws IOException {
        var took = new ArrayList<Double>();
        var floors = new ArrayList<Double>();
        for (int run = 0; run < SMALL_RUNS; run++) {
            Job job = job(PrivacyLevel.MODERATELY_SENSITIVE, "output/*.csv");
            byte[] content = table().getBytes(StandardCharsets.UTF_8);
            try (WorkspaceWriter writer = executor.workspace(job.id()).rewrite()) {
                for (int i = 0; i < SMALL_FILES; i++) {
                    writer.file(
                            "output/table_%d.csv".formatted(i),
                            Channels.newChannel(new java.io.ByteArrayInputStream(content)),
                            WorkspaceWriter.FileKind.PLAIN);
                }
            }
            floors.add(floorOfSmallFiles(content));
            long start = System.nanoTime();
            JobResults results = collect(job);
            publish(job, results);
            took.add((System.nanoTime() - start) / 1e9);
            require(results.outputs().size() == SMALL_FILES, "all are collected");
            require(results.outputs().stream().allMatch(file -> file.isReleased()), "all released");
        }
        return Figure.lower(
                        "%,d small CSV files to level 4, median of %d runs"
                                .formatted(SMALL_FILES, SMALL_RUNS),
                        Numbers.median(took),
                        "s")
                .besideFloor(Numbers.median(floors))
                .aimingAt(2);
    }

    private static String table() {
        var text = new StringBuilder("group,count,share\n");
        for (int i = 0; i < 40; i++) {
            text.append("group_%d,%d,0.%02d%n".formatted(i, i * 10, i));
        }
        return text.toString();
    }

    /** The same files written twice and synced, one after the other, with nothing looked at. */
    private double floorOfSmallFiles(byte[] content) throws IOException {
        Path folder = Files.createDirectory(home.resolve("floor" + jobs));
        long start = System.nanoTime();
        for (int i = 0; i < 2 * SMALL_FILES; i++) {
            try (FileChannel file =
                    FileChannel.open(
                            folder.resolve(Integer.toString(i)),
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.wrap(content));
                file.force(true);
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private List<Figure> largeFile() throws Exception {
        Job moved = job(PrivacyLevel.HIGHLY_SENSITIVE, "output/*");
        Path large = write(workspaceOf(moved));
        double hashFloor = rate(() -> hash(large));
        double moving = rate(() -> collectLarge(moved));
        outputs.discard(moved.id());

        // What may be released is always copied, as everything is across file systems.
        Job copied = job(PrivacyLevel.MODERATELY_SENSITIVE, "output/*");
        Path original = write(workspaceOf(copied));
        double copyFloor = rate(() -> copyAndHash(original, home.resolve("copy")));
        Files.delete(home.resolve("copy"));
        double copying = rate(() -> collectLarge(copied));
        return List.of(
                Figure.higher("one large file, moved; floor: its SHA-256", moving, "MB/s")
                        .besideFloor(hashFloor)
                        .aimingAt(SHARE * hashFloor),
                Figure.higher("one large file, copied; floor: copy and hash", copying, "MB/s")
                        .besideFloor(copyFloor)
                        .aimingAt(SHARE * copyFloor));
    }

    private Path workspaceOf(Job job) throws IOException {
        executor.workspace(job.id()).rewrite().close();
        return home.resolve("high/volumes").resolve(job.id().value());
    }

    private void collectLarge(Job job) throws IOException {
        JobResults results = collect(job);
        require(results.outputs().size() == 1, "the large file is collected");
        publish(job, results);
    }

    private static Path write(Path workspace) throws IOException {
        Path large = Files.createDirectories(workspace.resolve("output")).resolve("large.feather");
        var block = new byte[BLOCK_BYTES];
        new SplittableRandom(1).nextBytes(block);
        try (FileChannel file =
                FileChannel.open(large, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long written = 0; written < LARGE_BYTES; written += BLOCK_BYTES) {
                block[0]++;
                file.write(ByteBuffer.wrap(block));
            }
            file.force(true);
        }
        return large;
    }

    private interface Task {
        void run() throws Exception;
    }

    private static double rate(Task task) throws Exception {
        long start = System.nanoTime();
        task.run();
        return LARGE_BYTES / 1e6 / ((System.nanoTime() - start) / 1e9);
    }

    private static void hash(Path path) throws IOException, GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        ByteBuffer buffer = ByteBuffer.allocate(BLOCK_BYTES);
        try (FileChannel file = FileChannel.open(path)) {
            while (file.read(buffer.clear()) >= 0) {
                digest.update(buffer.flip());
            }
        }
        digest.digest();
    }

    private static void copyAndHash(Path from, Path to)
            throws IOException, GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        ByteBuffer buffer = ByteBuffer.allocate(BLOCK_BYTES);
        try (FileChannel source = FileChannel.open(from);
                FileChannel target =
                        FileChannel.open(
                                to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (source.read(buffer.clear()) >= 0) {
                digest.update(buffer.flip().duplicate());
                while (buffer.hasRemaining()) {
                    target.write(buffer);
                }
            }
            target.force(true);
        }
        digest.digest();
    }

    private JobResults collect(Job job) throws IOException {
        return outputs.collect(
                new Leavings(job, List.of(), Instant.EPOCH), executor.workspace(job.id()));
    }

    private void publish(Job job, JobResults results) throws IOException {
        outputs.publish(new Publication(job, results, List.of()));
    }

    private Job job(PrivacyLevel level, String pattern) {
        var request = new RequestId("request" + jobs++);
        var action = new ActionName("action");
        Instant now = Instant.now();
        var work =
                new Work(
                        new WorkspaceName("bench" + jobs),
                        new CodeLocation(
                                "https://github.com/opensafely/bench",
                                new CommitId("0".repeat(40))),
                        Optional.empty(),
                        new RunCommand("python", "v2", List.of("run")),
                        new OutputSpec(
                                List.of(
                                        new OutputSpec.Output(
                                                level, "files", new OutputPattern(pattern)))),
                        List.of(),
                        false,
                        "default");
        return new Job(
                new JobDefinition(
                        JobId.of(request, action.value()), request, action, now, Optional.of(work)),
                new JobState.Publishing(now, new Verdict.Success(0)),
                now,
                1,
                Optional.empty());
    }

    private static void require(boolean fact, String what) {
        if (!fact) {
            throw new IllegalStateException("not so: " + what);
        }
    }

    /** Manifests here are never lost. */
    private static final class NothingOnRecord implements WorkspaceRecords {
        @Override
        public List<Made> files(WorkspaceName workspace) {
            return List.of();
        }

        @Override
        public Set<String> pathsOf(JobId job) {
            return Set.of();
        }

        @Override
        public Optional<JobId> beingPublished(WorkspaceName workspace) {
            return Optional.empty();
        }
    }
}
