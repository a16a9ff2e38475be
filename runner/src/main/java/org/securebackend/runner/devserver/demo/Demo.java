package org.securebackend.runner.devserver.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The demonstration: the study FLUCATS from its extracts to its report, and a job that is cancelled
 * while it runs. Tells what happens while it happens, and checks that all ended as it should.
 */
public final class Demo {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration RUN_A_WHILE = Duration.ofSeconds(2);
    private static final String CANCELLED_REQUEST = "pzztw7wladpqkpqb";
    private static final String CANCELLED_JOB = "6nhad5m5vkyxqf4z";

    private final Place place;
    private final DevServerClient client;
    private final PrintWriter out;
    private final List<String> faults = new ArrayList<>();
    private final long start = System.nanoTime();

    /**
     * Where the demonstration takes place.
     *
     * @param commit the study's commit
     * @param slowCommit a commit in which extracts take long, on branch {@code slow}
     */
    public record Place(
            URI server, String backend, Path high, Path medium, String commit, String slowCommit) {}

    private Demo(Place place, DevServerClient client, PrintWriter out) {
        this.place = place;
        this.client = client;
        this.out = out;
    }

    /**
     * Plays it.
     *
     * @return what did not end as it should; empty if all did
     */
    public static List<String> play(Place place, PrintWriter out)
            throws IOException, InterruptedException {
        try (var client = new DevServerClient(place.server())) {
            var demo = new Demo(place, client, out);
            demo.report();
            demo.cancellation();
            demo.showFiles();
            return List.copyOf(demo.faults);
        }
    }

    private void report() throws IOException, InterruptedException {
        say("Requesting generate_dataset_report of opensafely/FLUCATS, workspace flucats");
        String id =
                client.submit(wish("main", place.commit(), "generate_dataset_report"))
                        .path("identifier")
                        .asText();
        JsonNode end = follow(id, Demo::isFinished);
        expect(end.path("status").asText().equals("succeeded"), "the report's request succeeded");
        expect(end.path("jobs").size() == 5, "it took five jobs");
        expectFile(place.high(), "output/input_end.csv.gz");
        expectFile(place.high(), "output/joined/input_2022-03-20.csv.gz");
        expectFile(place.medium(), "output/joined/input_2022-03-20.html");
        expectFile(place.medium(), "metadata/manifest.json");
        expect(
                !Files.exists(workspace(place.medium()).resolve("output/input_end.csv.gz")),
                "nothing highly sensitive is in medium storage");
        table(end);
    }

    private void cancellation() throws IOException, InterruptedException {
        say("");
        say("Requesting test_action, and cancelling it while it runs");
        ObjectNode wish = wish("slow", place.slowCommit(), "test_action");
        wish.put("identifier", CANCELLED_REQUEST);
        client.submit(wish);
        follow(CANCELLED_REQUEST, request -> hasCode(request, "executing"));
        // Times on the wire are whole seconds: without this its runtime could round to nothing.
        TimeUnit.NANOSECONDS.sleep(RUN_A_WHILE.toNanos());
        say("Cancelling it now");
        client.cancel(CANCELLED_REQUEST);
        JsonNode end = follow(CANCELLED_REQUEST, Demo::isFinished);
        JsonNode job = end.path("jobs").path(0);
        expect(
                job.path("identifier").asText().equals(CANCELLED_JOB),
                "its job is " + CANCELLED_JOB);
        expect(job.path("status").asText().equals("failed"), "its status is failed");
        expect(
                job.path("detail").asText().equals("cancelled_by_user: Cancelled by user"),
                "it says cancelled_by_user: Cancelled by user");
        expect(!job.path("runtime").asText().equals("-"), "it has a runtime");
        table(end);
    }

    private ObjectNode wish(String branch, String commit, String action) {
        ObjectNode wish = JsonNodeFactory.instance.objectNode();
        wish.put("backend", place.backend());
        wish.put("repo", "https://github.com/opensafely/FLUCATS");
        wish.put("branch", branch);
        wish.put("commit", commit);
        wish.put("workspace", "flucats");
        wish.putArray("requested_actions").add(action);
        wish.put("created_by", "demo");
        return wish;
    }

    /** Tells of every change of a job until {@code condition} holds. */
    private JsonNode follow(String id, Predicate<JsonNode> condition)
            throws IOException, InterruptedException {
        Map<String, String> seen = new HashMap<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            JsonNode request = client.request(id);
            for (JsonNode job : request.path("jobs")) {
                String state =
                        job.path("status").asText() + "  " + job.path("status_message").asText();
                if (!state.equals(seen.put(job.path("action").asText(), state))) {
                    say("  %-30s %s".formatted(job.path("action").asText(), state));
                }
            }
            if (condition.test(request)) {
                return request;
            }
            if (System.nanoTime() > deadline) {
                faults.add("request " + id + " took longer than " + PATIENCE.toSeconds() + " s");
                return request;
            }
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        }
    }

    private static boolean isFinished(JsonNode request) {
        return !request.path("jobs").isEmpty() && !request.path("is_active").asBoolean();
    }

    private static boolean hasCode(JsonNode request, String code) {
        for (JsonNode job : request.path("jobs")) {
            if (job.path("status_code").asText().equals(code)) {
                return true;
            }
        }
        return isFinished(request);
    }

    private void table(JsonNode request) {
        say("");
        say("  %-18s %-30s %-10s %s".formatted("JOB", "ACTION", "STATUS", "RUNTIME"));
        for (JsonNode job : request.path("jobs")) {
            say(
                    "  %-18s %-30s %-10s %s"
                            .formatted(
                                    job.path("identifier").asText(),
                                    job.path("action").asText(),
                                    job.path("status").asText(),
                                    job.path("runtime").asText()));
        }
        say(
                "  request %s: %s, page %s"
                        .formatted(
                                request.path("identifier").asText(),
                                request.path("status").asText(),
                                place.server()
                                        .resolve(
                                                "/requests/"
                                                        + request.path("identifier").asText())));
    }

    private void showFiles() throws IOException {
        say("");
        say("Highly sensitive files, never seen by researchers: " + workspace(place.high()));
        show(workspace(place.high()));
        say("Released to level 4: " + workspace(place.medium()));
        show(workspace(place.medium()));
    }

    private void show(Path folder) throws IOException {
        List<Path> files;
        try (var walk = Files.walk(folder)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        int shown = 12;
        for (Path file : files.stream().limit(shown).toList()) {
            say("  %8d  %s".formatted(Files.size(file), folder.relativize(file)));
        }
        if (files.size() > shown) {
            say("  ... and " + (files.size() - shown) + " more");
        }
    }

    private void expectFile(Path storage, String path) {
        expect(
                Files.isRegularFile(workspace(storage).resolve(path)),
                storage.getFileName() + " storage has " + path);
    }

    private static Path workspace(Path storage) {
        return storage.resolve("workspaces").resolve("flucats");
    }

    private void expect(boolean holds, String what) {
        if (!holds) {
            faults.add("expected, but not so: " + what);
        }
    }

    private void say(String line) {
        long seconds = (System.nanoTime() - start) / 1_000_000_000L;
        out.println(line.isEmpty() ? "" : "%3d s  %s".formatted(seconds, line));
        out.flush();
    }
}
