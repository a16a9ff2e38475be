package org.securebackend.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.TestBackend.BACKEND;
import static org.securebackend.runner.TestBackend.at;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.devserver.NewRequest;
import org.securebackend.runner.devserver.ReportedJob;
import org.securebackend.runner.devserver.ReportedJob.Progress;
import org.securebackend.runner.devserver.RequestRecord;
import org.securebackend.runner.source.TestRepository;

/** What is wrong with a request is told to whoever can put it right; the others go on. */
@Tag("docker")
class BadInputTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ERROR = "__error__";

    private static final String PROJECT =
            """
            version: '4.0'
            actions:
              good:
                run: python:v2 sh -c 'mkdir -p output; echo 1 >output/good.txt'
                outputs:
                  highly_sensitive:
                    out: output/good.txt
              stranger:
                run: python:v2027 sh -c 'true'
                outputs:
                  highly_sensitive:
                    out: output/stranger.txt
              cohort:
                run: ehrql:v1 generate-dataset analysis/dataset.py --output output/dataset.csv
                outputs:
                  highly_sensitive:
                    out: output/dataset.csv
              unapproved:
                run: no-such-action:v1 --x
                outputs:
                  highly_sensitive:
                    out: output/unapproved.txt
            """;

    @TempDir private Path home;

    @Test
    void everyBadRequestIsToldWhatIsWrongWithItAndTheGoodOneRuns() throws InterruptedException {
        try (var backend = new TestBackend(home)) {
            TestRepository study = backend.study("study");
            String commit = study.write("project.yaml", PROJECT).commit();
            study.push("main");
            study.git("checkout", "-q", "-b", "other");
            String elsewhere = study.write("more.txt", "x").commit();
            study.push("other");
            TestRepository empty = backend.study("empty");
            String nothing = empty.write("README.md", "no project").commit();
            empty.push("main");
            String broken = backend.study("broken", "version: '4.0'\nactions:\n  a: {run: [oops\n");
            String wrong =
                    backend.study(
                            "wrong", PROJECT.replace("output/good.txt\n", "../other/good.txt\n"));
            backend.startWith(Map.of());

            String unknown = ask(backend, at("study", commit, "w1"), "nosuch");
            String missing = ask(backend, at("empty", nothing, "w2"), "good");
            String yaml = ask(backend, at("broken", broken, "w3"), "a");
            String pattern = ask(backend, at("wrong", wrong, "w4"), "good");
            String stranger =
                    ask(
                            backend,
                            new NewRequest.Study(
                                    "https://github.com/somebody/study", "main", commit, "w5"),
                            "good");
            String fork = ask(backend, at("study", elsewhere, "w6"), "good");
            String image = ask(backend, at("study", commit, "w7"), "stranger");
            String path = ask(backend, at("study", commit, "../../etc"), "good");
            String branch =
                    ask(
                            backend,
                            new NewRequest.Study(
                                    "https://github.com/opensafely/study", "gone", commit, "w8"),
                            "good");
            String action = ask(backend, at("study", commit, "w9"), "unapproved");
            String gone = ask(backend, at("nowhere", commit, "w10"), "good");
            String good = ask(backend, at("study", commit, "w11"), "good");

            requireError(backend, unknown, "UnknownActionError: ", "nosuch", "good");
            requireError(backend, missing, "JobRequestError: No project.yaml", nothing);
            requireError(backend, yaml, "ProjectValidationError: ", "line ", "column ");
            requireError(backend, pattern, "ProjectValidationError: ", "line 7");
            requireError(backend, stranger, "GithubValidationError: ", "organisation");
            requireError(backend, fork, "GithubValidationError: ", "not on the branch");
            requireError(backend, path, "JobRequestError: The workspace name is not valid");
            requireError(backend, branch, "GithubValidationError: ", "no branch");
            requireError(backend, action, "ReusableActionError: ", "no-such-action");
            requireError(backend, gone, "Error: ");
            Progress withoutImage =
                    only(
                                    backend.await(
                                            image,
                                            request ->
                                                    request.jobs().stream()
                                                            .anyMatch(job ->
                                                                    job.progress()
                                                                            .message()
                                                                            .startsWith(
                                                                                    "The image python:v2027 is not on this backend"))),
                                    "stranger")
                            .progress();
            assertThat(withoutImage.status()).isEqualTo("pending");
            assertThat(backend.awaitEnd(good).status()).isEqualTo("succeeded");
            assertThat(backend.high("workspaces/w11/output/good.txt")).exists();
            // Nothing was written where no workspace is, or for the refused.
            assertThat(TestBackend.files(backend.high("workspaces")))
                    .allMatch(file -> file.startsWith("w11/"));
            assertThat(home.resolve("etc")).doesNotExist();
        }
    }

    @Test
    void actionsThatAlreadyRanAreNotRunAgainAndStaleCodelistsMatterOnlyToTheDatabase()
            throws InterruptedException {
        try (var backend = new TestBackend(home)) {
            String commit = backend.study("study", PROJECT);
            backend.startWith(Map.of());
            NewRequest stale = stale(NewRequest.of(BACKEND, at("study", commit, "w"), "good"));
            assertThat(backend.awaitEnd(backend.submit(stale).identifier()).status())
                    .isEqualTo("succeeded");

            NewRequest cohort = stale(NewRequest.of(BACKEND, at("study", commit, "w"), "cohort"));
            Progress refused =
                    only(backend.awaitEnd(backend.submit(cohort).identifier()), ERROR).progress();
            assertThat(refused.status()).isEqualTo("failed");
            assertThat(refused.code()).isEqualTo("stale_codelists");
            assertThat(refused.message()).contains("out of date").contains("cohort");

            String project = PROJECT.substring(0, PROJECT.indexOf("  stranger:"));
            String alone = backend.study("alone", project);
            NewRequest all = NewRequest.of(BACKEND, at("alone", alone, "alone"), "run_all");
            assertThat(backend.awaitEnd(backend.submit(all).identifier()).status())
                    .isEqualTo("succeeded");
            RequestRecord again = backend.awaitEnd(backend.submit(all).identifier());
            assertThat(only(again, "run_all").progress().status()).isEqualTo("succeeded");
            assertThat(only(again, "run_all").progress().message()).contains("already completed");
        }
    }

    @Test
    void realBackendRefusesADatabaseThatItDoesNotHave() throws InterruptedException {
        try (var backend = new TestBackend(home)) {
            String commit = backend.study("study", PROJECT);
            backend.startWith(
                    Map.of(
                            "USING_DUMMY_DATA_BACKEND", "false",
                            "DEFAULT_DATABASE_URL", "mssql://user:pass-word@127.0.0.1:1433/db",
                            "DATABASE_ACCESS_NETWORK", backend.instance() + "-none"));
            NewRequest usual = NewRequest.of(BACKEND, at("study", commit, "w"), "good");
            NewRequest odd =
                    new NewRequest(
                            Optional.empty(),
                            BACKEND,
                            usual.study(),
                            "secret_database",
                            usual.requestedActions(),
                            List.of(),
                            false,
                            true,
                            usual.author());

            String id = backend.submit(odd).identifier();
            String good = backend.submit(usual).identifier();

            requireError(backend, id, "JobRequestError: ", "no database of that name", "default");
            assertThat(backend.awaitEnd(good).status()).isEqualTo("succeeded");
        }
    }

    @Test
    void malformedRequestsAmongGoodOnesStopNobody() throws InterruptedException {
        try (var backend = new TestBackend(home);
                var door = new FaultyDoor(backend.server().endpoint())) {
            String commit = backend.study("study", PROJECT);
            String named = backend.submit(hidden(commit, "named")).identifier();
            String lists = backend.submit(hidden(commit, "lists")).identifier();
            String flags = backend.submit(hidden(commit, "flags")).identifier();
            String good = ask(backend, at("study", commit, "good"), "good");
            door.changePolls(poll ->
                    spoiled(
                            poll,
                            Map.of(
                                    named, request -> request.remove("sha"),
                                    lists, request -> request.put("requested_actions", "good"),
                                    flags, request -> request.putNull("codelists_ok"))));
            try (var daemon =
                    backend.startProcess(Map.of("JOB_SERVER_ENDPOINT", door.endpoint()))) {
                assertThat(backend.awaitEnd(good).status()).isEqualTo("succeeded");
                requireError(backend, named, "JobRequestError: ", "sha is missing");
                requireError(backend, lists, "requested_actions is not an array of strings");
                requireError(backend, flags, "codelists_ok is not true or false");
                daemon.awaitLine(line -> line.contains("the request is not an object"));
                daemon.awaitLine(line -> line.contains("identifier is missing"));
                assertThat(daemon.process().isAlive()).isTrue();
            }
        }
    }

    @Test
    void wrongTokenIsSaidInTheLogAndTheDaemonGoesOnTrying() throws InterruptedException {
        try (var backend = new TestBackend(home);
                var door = new FaultyDoor(backend.server().endpoint())) {
            String commit = backend.study("study", PROJECT);
            String id = ask(backend, at("study", commit, "w"), "good");
            door.answer(new FaultyDoor.Fault(403, "application/json", "{\"detail\":\"no\"}"));
            try (var daemon =
                    backend.startProcess(Map.of("JOB_SERVER_ENDPOINT", door.endpoint()))) {
                daemon.awaitLine(line ->
                        line.contains("poll failed")
                                && line.contains("403: the token is missing there or wrong"));
                Commands.await("a second attempt", () -> door.refused() >= 2);
                assertThat(daemon.process().isAlive()).isTrue();

                door.answer(FaultyDoor.Fault.NONE);

                assertThat(backend.awaitEnd(id).status()).isEqualTo("succeeded");
                daemon.awaitLine(line -> line.contains("the job server answers again"));
            }
            try (var daemon =
                    backend.startProcess(Map.of("JOB_SERVER_TOKEN", "another-token-0123456789"))) {
                daemon.awaitLine(line -> line.contains("403: the token is missing there or wrong"));
                assertThat(daemon.output()).doesNotContain("another-token");
            }
        }
    }

    /** Spoils some requests, and adds elements that are none. */
    private static String spoiled(String poll, Map<String, Consumer<ObjectNode>> how) {
        try {
            var answer = (ObjectNode) JSON.readTree(poll);
            var results = (ArrayNode) answer.path("results");
            results.forEach(element ->
                    how.getOrDefault(element.path("identifier").asText(), _ -> {})
                            .accept((ObjectNode) element));
            results.add("not an object");
            results.addNull();
            results.addObject().put("backend", BACKEND);
            return answer.toString();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static NewRequest hidden(String commit, String workspace) {
        return NewRequest.of(BACKEND, at("study", commit, workspace), "good");
    }

    private static NewRequest stale(NewRequest request) {
        return new NewRequest(
                request.identifier(),
                request.backend(),
                request.study(),
                request.databaseName(),
                request.requestedActions(),
                request.cancelledActions(),
                request.forceRunDependencies(),
                false,
                request.author());
    }

    private static String ask(TestBackend backend, NewRequest.Study study, String... actions) {
        return backend.submit(NewRequest.of(BACKEND, study, actions)).identifier();
    }

    private static void requireError(TestBackend backend, String request, String... parts)
            throws InterruptedException {
        Progress progress = only(backend.awaitEnd(request), ERROR).progress();
        assertThat(progress.status()).isEqualTo("failed");
        assertThat(progress.code()).isEqualTo("internal_error");
        assertThat(progress.message()).contains(parts);
    }

    private static ReportedJob only(RequestRecord request, String action) {
        assertThat(request.jobs()).as(request.toString()).hasSize(1);
        ReportedJob job = request.jobs().getFirst();
        assertThat(job.action()).as(request.toString()).isEqualTo(action);
        return job;
    }
}
