package org.securebackend.runner;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.TestBackend.BACKEND;
import static org.securebackend.runner.TestBackend.at;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.devserver.ReportedJob;
import org.securebackend.runner.devserver.RequestRecord;
import org.securebackend.runner.outputs.HostileTree;
import org.securebackend.runner.source.TestRepository;

/**
 * Every hostile tree, made by a job in a container of a whole backend, whatever its workspaces are.
 * A secret lies on the host beside them.
 */
@Tag("docker")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class HostileJobsContract {
    private static final String CANARY = "canary-91c2-nobody-may-see-this";

    @TempDir private static Path home;

    private final Map<String, String> said = new LinkedHashMap<>();
    private RequestRecord end;

    /** As in {@code LOCAL_VOLUME_API}. */
    protected abstract String workspaceKind();

    /** Trees because of which nothing at all is collected of a job. */
    protected Set<HostileTree> refusedWhole() {
        return Set.of();
    }

    @BeforeAll
    void runAll() throws IOException, InterruptedException {
        Path outside = Files.createDirectories(home.resolve("outside"));
        Files.writeString(outside.resolve("canary.csv"), "n\n" + CANARY + "\n");
        try (var backend = new TestBackend(home)) {
            TestRepository study = backend.study("hostile").write("project.yaml", project());
            for (HostileTree tree : HostileTree.values()) {
                study.write("analysis/" + tree.folder() + ".sh", tree.script(outside));
            }
            String commit = study.commit();
            study.push("main");
            try (var daemon = backend.startProcess(Map.of("LOCAL_VOLUME_API", workspaceKind()))) {
                String id =
                        backend.submit(
                                        NewRequest.of(
                                                BACKEND, at("hostile", commit, "w"), "run_all"))
                                .identifier();
                end = awaitEnd(backend, id);
                said.put("the daemon's log", daemon.output());
            }
            assertThat(end.jobs()).as("%s", said).hasSize(HostileTree.values().length);
            said.put("what the server was told", end.toString() + originals(end));
        }
    }

    private static RequestRecord awaitEnd(TestBackend backend, String id)
            throws InterruptedException {
        return backend.server()
                .await(id, RequestRecord::isFinished, TestBackend.PATIENCE.multipliedBy(10))
                .orElseThrow();
    }

    private static String project() {
        return "version: '4.0'\nactions:\n"
                + Arrays.stream(HostileTree.values())
                        .map(HostileJobsContract::action)
                        .collect(joining());
    }

    private static String action(HostileTree tree) {
        var levels = new LinkedHashMap<String, List<String>>();
        for (String pattern : tree.patterns()) {
            String level = pattern.startsWith("hi:") ? "highly_sensitive" : "moderately_sensitive";
            levels.computeIfAbsent(level, _ -> new ArrayList<>()).add(pattern.substring(3));
        }
        var text =
                new StringBuilder(
                        "  %1$s:\n    run: python:v2 sh analysis/%1$s.sh\n    outputs:\n"
                                .formatted(tree.folder()));
        levels.forEach((level, patterns) -> {
            text.append("      ").append(level).append(":\n");
            for (int i = 0; i < patterns.size(); i++) {
                text.append("        out%d: '%s'%n".formatted(i, patterns.get(i)));
            }
        });
        return text.toString();
    }

    private static String originals(RequestRecord request) {
        return request.jobs().stream().map(job -> job.original().toString()).collect(joining("\n"));
    }

    @ParameterizedTest
    @EnumSource
    void onlyWhatIsTheJobsOwnIsTaken(HostileTree tree) throws IOException {
        ReportedJob job =
                end.jobs().stream()
                        .filter(one -> one.action().equals(tree.folder()))
                        .findFirst()
                        .orElseThrow();
        if (refusedWhole().contains(tree)) {
            assertThat(job.progress().status()).as("%s", job).isEqualTo("failed");
            assertThat(filesOf(tree, job)).isEmpty();
            return;
        }
        assertThat(job.progress().code())
                .as("%s", job)
                .isIn("succeeded", "unmatched_patterns", "job_error");
        if (tree.isOpen()) {
            return;
        }
        var taken = new TreeSet<String>();
        String log =
                Files.readString(
                        home.resolve("high/workspaces/w/metadata/" + tree.folder() + ".log"));
        for (String line : tree.expected()) {
            if (line.startsWith("taken ")) {
                taken.add(line.substring("taken ".length()));
            } else {
                assertThat(log).contains(line.substring("refused ".length()).split(": ", 2)[1]);
            }
        }
        assertThat(filesOf(tree, job)).containsExactlyElementsOf(taken);
    }

    /** In place, or kept aside because another pattern matched nothing. */
    private static Set<String> filesOf(HostileTree tree, ReportedJob job) {
        var files = new TreeSet<String>();
        for (Path root :
                List.of(
                        home.resolve("high/workspaces/w"),
                        home.resolve("high/failed").resolve(job.identifier()))) {
            if (Files.isDirectory(root)) {
                TestBackend.files(root).stream()
                        .filter(path -> path.startsWith(tree.folder() + "/"))
                        .forEach(files::add);
            }
        }
        return files;
    }

    @Test
    void secretBesideTheWorkspacesIsNowhere() throws IOException {
        said.forEach((what, text) -> assertThat(text).as(what).doesNotContain(CANARY));
        for (Path root :
                List.of(home.resolve("high"), home.resolve("medium"), home.resolve("work"))) {
            for (String file : TestBackend.files(root)) {
                Path path = root.resolve(file);
                if (Files.size(path) < 100_000_000) {
                    assertThat(Files.readString(path, ISO_8859_1))
                            .as(path.toString())
                            .doesNotContain(CANARY);
                }
            }
        }
        assertThat(home.resolve("outside").toFile().list()).containsExactly("canary.csv");
    }

    @AfterAll
    void nothingIsLeft() {
        assertThat(TestBackend.files(home.resolve("high/.staging"))).isEmpty();
    }
}
