package org.securebackend.runner.devserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What the page and scripts ask for, below {@code /api/}. */
final class PageApi implements Door.Handler {
    /** Where it begins. */
    static final String ROOT = "/api";

    private static final int LISTED = 200;

    private final RequestBook book;
    private final BackendDesk desk;
    private final Clerk clerk;
    private final Events events;
    private final PipelineText pipelines;

    PageApi(
            RequestBook book,
            BackendDesk desk,
            Clerk clerk,
            Events events,
            PipelineText pipelines) {
        this.book = book;
        this.desk = desk;
        this.clerk = clerk;
        this.events = events;
        this.pipelines = pipelines;
    }

    @Override
    public Answer answer(Call call) throws IOException, BadInputException {
        if (!call.isPost() && !call.method().equals("GET")) {
            return Answer.wrongMethod("GET, POST");
        }
        List<String> parts = call.parts();
        if (parts.equals(List.of("api", "requests"))) {
            return call.isPost() ? create(call) : Answer.json(200, list());
        }
        if (parts.equals(List.of("api", "events"))) {
            return new Answer.Events(sink -> events.send(sink, this::list));
        }
        if (parts.size() < 3 || !parts.get(1).equals("requests")) {
            return Answer.notFound();
        }
        Optional<RequestRecord> request = book.find(parts.get(2));
        if (request.isEmpty()) {
            return Answer.detail(404, "there is no such request");
        }
        return about(call, request.get(), parts.size() == 3 ? "" : parts.get(3));
    }

    private Answer about(Call call, RequestRecord request, String what)
            throws IOException, BadInputException {
        return switch (what) {
            case "" -> Answer.json(200, ViewJson.whole(request));
            case "cancel" -> call.isPost() ? cancel(call, request) : Answer.wrongMethod("POST");
            case "pipeline" -> pipeline(request);
            case "events" ->
                    new Answer.Events(sink -> events.send(sink, () -> view(request.identifier())));
            default -> Answer.notFound();
        };
    }

    private ObjectNode list() {
        ObjectNode json = Json.object();
        List<RequestRecord> requests = book.newestFirst();
        json.put("count", requests.size());
        json.set("requests", Json.nodes(requests.stream().limit(LISTED).map(ViewJson::summary)));
        json.set("backends", desk.json());
        return json;
    }

    private ObjectNode view(String id) {
        return book.find(id).map(ViewJson::whole).orElseGet(Json::object);
    }

    private Answer create(Call call) throws IOException, BadInputException {
        NewRequest wish = NewRequestReader.read(call.json());
        RequestRecord request = clerk.submit(wish);
        return Answer.json(201, ViewJson.whole(request));
    }

    private Answer cancel(Call call, RequestRecord request) throws IOException, BadInputException {
        JsonNode actions = call.jsonIfAny().path("actions");
        Optional<RequestRecord> changed =
                actions.isMissingNode()
                        ? book.cancel(request.identifier())
                        : book.cancel(request.identifier(), Json.texts(actions));
        return Answer.json(200, ViewJson.whole(changed.orElse(request)));
    }

    private Answer pipeline(RequestRecord request) {
        var study = request.wish().study();
        return pipelines
                .of(study.repository(), study.commit())
                .map(text -> Answer.text(200, text))
                .orElseGet(() -> Answer.detail(404, "project.yaml could not be had"));
    }
}
