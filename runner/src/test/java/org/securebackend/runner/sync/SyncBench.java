package org.securebackend.runner.sync;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.securebackend.runner.executor.ScriptedExecutor;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.CommitId;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.job.TestRequests;
import org.securebackend.runner.pipeline.DataKind;
import org.securebackend.runner.server.JobServer;
import org.securebackend.runner.server.JobServerException;
import org.securebackend.runner.source.StudySource;
import org.securebackend.runner.source.TreeSink;
import org.securebackend.runner.store.SqliteJobStore;

/** The loops of this room on a real store, a scripted server and a study in memory. */
final class SyncBench implements AutoCloseable {
    static final String STUDY = TestRequests.STUDY;
    static final String PROJECT =
            """
            version: '4'
            actions:
              extract:
                run: ehrql:v1 generate-dataset analysis/d.py --output output/d.csv.gz
                outputs:
                  highly_sensitive:
                    d: output/d.csv.gz
              model:
                run: python:v1 python analysis/m.py
                needs: [extract]
                outputs:
                  moderately_sensitive:
                    m: output/m.csv
              alone:
                run: python:v1 python analysis/a.py
                outputs:
                  moderately_sensitive:
                    a: output/a.csv
            """;

    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    final SqliteJobStore store;
    final Server server = new Server();
    final Source source = new Source();
    final Deque<Runnable> held = new ArrayDeque<>();
    boolean holding;
    final List<List<Job>> announced = new ArrayList<>();
    final Intake intake;
    final RequestDesk desk;

    SyncBench(Path folder) {
        store = SqliteJobStore.createOrMigrate(folder);
        var executor = new ScriptedExecutor(() -> now);
        intake =
                new Intake(
                        new Intake.Tools(source, store, executor, () -> now),
                        new SourceActionCommands(source, "registry.test", DataKind.REAL),
                        new RequestChecks(DataKind.REAL, List.of("default", "include_t1oo")));
        desk =
                new RequestDesk(
                        intake, this::execute, () -> now, Duration.ofHours(1), announced::add);
    }

    private void execute(Runnable task) {
        if (holding) {
            held.add(task);
        } else {
            task.run();
        }
    }

    BackOff backOff() {
        return new BackOff(
                () -> now, new SplittableRandom(3), Duration.ofSeconds(1), Duration.ofMinutes(1));
    }

    void later(Duration time) {
        now = now.plus(time);
    }

    List<Job> jobs(String request) {
        return store.jobsOf(new RequestId(request));
    }

    List<String> actions(String request) {
        return jobs(request).stream().map(job -> job.definition().action().value()).toList();
    }

    static JobRequest request(String id, String... actions) {
        return TestRequests.of(id, "w", actions);
    }

    static JobRequest cancelling(JobRequest request, String... cancelled) {
        return with(request, request.workspace(), request.origin(), List.of(cancelled));
    }

    static JobRequest in(String workspace, JobRequest request) {
        return with(request, workspace, request.origin(), request.cancelledActions());
    }

    static JobRequest local(JobRequest request) {
        return with(
                request, request.workspace(), JobRequest.Origin.LOCAL, request.cancelledActions());
    }

    private static JobRequest with(
            JobRequest request,
            String workspace,
            JobRequest.Origin origin,
            List<String> cancelled) {
        return new JobRequest(
                request.id(),
                origin,
                workspace,
                request.repositoryUrl(),
                request.branch(),
                request.commit(),
                request.databaseName(),
                request.requestedActions(),
                cancelled,
                request.forceRunDependencies(),
                request.codelistsOk(),
                request.requester(),
                request.receivedAt(),
                request.original());
    }

    /** Answers as it is told. */
    static final class Server implements JobServer {
        private static final Malformed[] NONE = {};

        List<JobRequest> active = List.of();
        Malformed[] malformed = NONE;
        Optional<JobServerException> trouble = Optional.empty();
        Optional<String> refuses = Optional.empty();
        Optional<String> fallsOver = Optional.empty();
        int calls;
        int polls;
        final List<List<RequestReport>> reports = new ArrayList<>();

        static JobServerException unreachable() {
            return new JobServerException(
                    JobServerException.Kind.UNREACHABLE, "no route to host", null);
        }

        @Override
        public Poll poll(Map<String, FlagValue> flags) {
            polls++;
            if (trouble.isPresent()) {
                throw trouble.get();
            }
            return new Poll(active, List.of(malformed));
        }

        @Override
        public void report(
                List<RequestReport> sent, Map<String, FlagValue> flags, Instant updatedAt) {
            calls++;
            if (trouble.isPresent()) {
                throw trouble.get();
            }
            if (sent.stream()
                    .anyMatch(report ->
                            fallsOver.filter(report.request().value()::equals).isPresent())) {
                throw unreachable();
            }
            boolean bad =
                    sent.stream()
                            .anyMatch(report ->
                                    refuses.filter(report.request().value()::equals).isPresent());
            if (bad) {
                throw new JobServerException(JobServerException.Kind.REFUSED, "400", null);
            }
            reports.add(sent);
        }

        List<String> reported() {
            return reports.stream()
                    .flatMap(List::stream)
                    .map(report -> report.request().value())
                    .toList();
        }
    }

    /** Every commit of every study has the same file, unless a test says otherwise. */
    static final class Source implements StudySource {
        Optional<String> project = Optional.of(PROJECT);
        final Map<String, RuntimeException> troubleByBranch = new HashMap<>();
        final List<String> asked = new ArrayList<>();

        @Override
        public CodeLocation checkStudy(String repositoryUrl, String branch, String commit) {
            asked.add(branch);
            RuntimeException trouble = troubleByBranch.get(branch);
            if (trouble != null) {
                throw trouble;
            }
            return new CodeLocation(repositoryUrl, new CommitId(commit));
        }

        @Override
        public Optional<byte[]> file(CodeLocation code, String path) {
            return project.map(text -> text.getBytes(UTF_8));
        }

        @Override
        public CodeLocation checkAction(String name, String version) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void export(CodeLocation code, TreeSink sink) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CommitId head(String repositoryUrl, String branch) {
            throw new UnsupportedOperationException();
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
