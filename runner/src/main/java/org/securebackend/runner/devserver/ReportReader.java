package org.securebackend.runner.devserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.securebackend.runner.devserver.ReportedJob.Progress;
import org.securebackend.runner.devserver.ReportedJob.Times;

/** Reads the report of a runner: all of it, or an answer that says what is wrong where. */
final class ReportReader {
    private static final String MISSING = "is missing";

    private final JsonNode element;
    private final ObjectNode errors = Json.object();

    private ReportReader(JsonNode element) {
        this.element = element;
    }

    /**
     * The jobs, in the order of the report.
     *
     * @throws BadInputException with an array beside the one that was sent: for each element an
     *     object from field to errors, empty for a good one (protocol, section 8)
     */
    static List<ReportedJob> read(JsonNode report) throws BadInputException {
        if (!report.isArray()) {
            throw new BadInputException("a report is an array of jobs");
        }
        var jobs = new ArrayList<ReportedJob>(report.size());
        var errors = new ArrayList<ObjectNode>(report.size());
        for (JsonNode element : report) {
            var reader = new ReportReader(element);
            reader.job().ifPresent(jobs::add);
            errors.add(reader.errors);
        }
        if (jobs.size() < report.size()) {
            throw new BadInputException(Json.nodes(errors.stream()));
        }
        return jobs;
    }

    private Optional<ReportedJob> job() {
        if (!(element instanceof ObjectNode original)) {
            complain("non_field_errors", "a job is an object");
            return Optional.empty();
        }
        String identifier = filled("identifier");
        String request = filled("job_request_id");
        String action = text("action");
        String command = textOrNull("run_command");
        var progress = new Progress(filled("status"), text("status_code"), text("status_message"));
        Optional<Instant> created = time("created_at");
        if (created.isEmpty() && errors.path("created_at").isMissingNode()) {
            complain("created_at", "must not be null");
        }
        Optional<Instant> updated = time("updated_at");
        Optional<Instant> started = time("started_at");
        Optional<Instant> completed = time("completed_at");
        objectOrNull("trace_context");
        objectOrNull("metrics");
        if (!errors.isEmpty() || created.isEmpty()) {
            return Optional.empty();
        }
        var times = new Times(created.get(), updated, started, completed);
        return Optional.of(
                new ReportedJob(identifier, request, action, command, progress, times, original));
    }

    private String filled(String key) {
        String text = text(key);
        if (text.isBlank() && !errors.has(key)) {
            complain(key, "must not be empty");
        }
        return text;
    }

    private String text(String key) {
        if (element.path(key).isNull()) {
            complain(key, "must not be null");
            return "";
        }
        return textOrNull(key);
    }

    private String textOrNull(String key) {
        JsonNode node = element.path(key);
        if (node.isNull()) {
            return "";
        }
        if (!node.isTextual() && !node.isNumber()) {
            complain(key, node.isMissingNode() ? MISSING : "is not a string");
            return "";
        }
        if (node.asText().indexOf('\0') >= 0) {
            complain(key, "holds a null character");
        }
        return node.asText();
    }

    private Optional<Instant> time(String key) {
        JsonNode node = element.path(key);
        if (node.isNull()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(node.asText()).toInstant());
        } catch (DateTimeParseException e) {
            complain(key, node.isMissingNode() ? MISSING : "is not a timestamp");
            return Optional.empty();
        }
    }

    private void objectOrNull(String key) {
        JsonNode node = element.path(key);
        if (!node.isMissingNode() && !node.isNull() && !node.isObject()) {
            complain(key, "is not an object");
        }
    }

    private void complain(String key, String problem) {
        errors.withArray("/" + key).add(problem);
    }
}
