package org.securebackend.runner.devserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.securebackend.runner.devserver.DevServerSettings.Backend;

/** The protocol that runners speak, version 2 as of 2025 (protocol, sections 3 to 8). */
final class V2Api implements Door.Handler {
    /** Where it begins. */
    static final String ROOT = "/api/v2";

    private static final String REQUESTS = ROOT + "/job-requests/";
    private static final String JOBS = ROOT + "/jobs/";
    private static final int PAGE = 100;
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final RequestBook book;
    private final BackendDesk desk;
    private final InstantSource clock;
    private final Listings listings;

    V2Api(RequestBook book, BackendDesk desk, InstantSource clock, Listings listings) {
        this.listings = listings;
        this.book = book;
        this.desk = desk;
        this.clock = clock;
    }

    @Override
    public Answer answer(Call call) throws IOException, BadInputException {
        String path = call.path();
        if (REQUESTS.equals(path + "/") || JOBS.equals(path + "/")) {
            return Answer.redirect(301, path + "/");
        }
        return switch (path) {
            case REQUESTS ->
                    call.method().equals("GET") ? requests(call) : Answer.wrongMethod("GET");
            case JOBS -> call.isPost() ? jobs(call) : Answer.wrongMethod("POST");
            default -> Answer.notFound();
        };
    }

    /** Who does not say who he is sees everything: this server's requests are no secret. */
    private Answer requests(Call call) throws BadInputException {
        Optional<String> token = call.header("Authorization");
        if (token.isEmpty()) {
            return page(call, book.newestFirst());
        }
        Optional<Backend> backend = desk.known(token.get());
        if (backend.isEmpty()) {
            return forbidden();
        }
        desk.seen(backend.get(), flags(call), clock.instant());
        List<RequestRecord> requests =
                book.newestFirst().stream()
                        .filter(request -> request.wish().backend().equals(backend.get().slug()))
                        .toList();
        requests.stream().filter(RequestRecord::isActive).forEach(listings::note);
        return page(call, requests);
    }

    private static Answer forbidden() {
        return Answer.detail(403, "the token is missing or unknown");
    }

    private static Optional<JsonNode> flags(Call call) throws BadInputException {
        Optional<String> header = call.header("Flags").filter(text -> !text.isEmpty());
        if (header.isEmpty()) {
            return Optional.empty();
        }
        JsonNode flags = Json.read(header.get().getBytes(StandardCharsets.UTF_8));
        if (!flags.isObject()) {
            throw new BadInputException("the Flags header is not an object");
        }
        return Optional.of(flags);
    }

    private static Answer page(Call call, List<RequestRecord> requests) {
        List<RequestRecord> active = requests.stream().filter(RequestRecord::isActive).toList();
        int limit = Math.clamp(call.number("limit", PAGE), 1, PAGE);
        int offset = call.number("offset", 0);
        ObjectNode answer = Json.object().put("count", active.size());
        answer.put(
                "next", offset + limit < active.size() ? url(call, limit, offset + limit) : null);
        answer.put("previous", offset > 0 ? url(call, limit, Math.max(0, offset - limit)) : null);
        ArrayNode results = answer.putArray("results");
        active.stream().skip(offset).limit(limit).map(V2Api::json).forEach(results::add);
        return Answer.json(200, answer);
    }

    private static String url(Call call, int limit, int offset) {
        return "http://%s%s?limit=%d&offset=%d".formatted(call.host(), REQUESTS, limit, offset);
    }

    private static ObjectNode json(RequestRecord request) {
        NewRequest wish = request.wish();
        String createdAt = MICROS.format(request.createdAt());
        ObjectNode json = Json.object();
        json.put("backend", wish.backend());
        json.put("sha", wish.study().commit());
        json.put("identifier", request.identifier());
        json.put("force_run_dependencies", wish.forceRunDependencies());
        json.set("requested_actions", Json.array(wish.requestedActions()));
        json.set("cancelled_actions", Json.array(request.cancelledActions()));
        json.put("created_by", wish.author().name());
        json.put("created_at", createdAt);
        json.putObject("workspace")
                .put("name", wish.study().workspace())
                .put("repo", wish.study().repository())
                .put("branch", wish.study().branch())
                .put("created_by", wish.author().name())
                .put("created_at", createdAt);
        json.put("database_name", wish.databaseName());
        json.put("project", wish.author().project());
        json.set("orgs", Json.array(wish.author().organisations()));
        json.put("codelists_ok", wish.codelistsOk());
        return json;
    }

    private Answer jobs(Call call) throws IOException, BadInputException {
        Optional<Backend> backend = call.header("Authorization").flatMap(desk::known);
        if (backend.isEmpty()) {
            return forbidden();
        }
        Optional<JsonNode> flags = flags(call);
        List<ReportedJob> report = ReportReader.read(call.json());
        try {
            book.accept(report);
        } catch (RequestBook.DuplicateJobException e) {
            return Answer.detail(500, e.getMessage());
        }
        desk.seen(backend.get(), flags, clock.instant());
        return Answer.json(200, Json.object().put("status", "success"));
    }
}
