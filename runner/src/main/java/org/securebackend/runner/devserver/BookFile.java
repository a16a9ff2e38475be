package org.securebackend.runner.devserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Keeps requests in a JSON file, if there is to be one. The file is replaced as a whole. */
final class BookFile {
    private final Optional<Path> path;

    BookFile(Optional<Path> path) {
        this.path = path;
    }

    /** What was saved last, oldest first; nothing if there is no file yet. */
    List<RequestRecord> load() {
        return path.filter(Files::exists).map(BookFile::read).orElse(List.of());
    }

    private static List<RequestRecord> read(Path file) {
        try {
            var requests = new ArrayList<RequestRecord>();
            for (JsonNode node : Json.read(Files.readAllBytes(file)).path("requests")) {
                requests.add(request(node));
            }
            return requests;
        } catch (IOException | BadInputException e) {
            throw new UncheckedIOException(
                    new IOException(file + " does not hold the requests of a dev server", e));
        }
    }

    private static RequestRecord request(JsonNode node) throws BadInputException {
        return new RequestRecord(
                node.path("identifier").asText(),
                NewRequestReader.read(node.path("request")),
                Instant.parse(node.path("created_at").asText()),
                Json.texts(node.path("cancelled_actions")),
                ReportReader.read(node.path("jobs")));
    }

    void save(Collection<RequestRecord> requests) {
        path.ifPresent(file -> write(file, requests));
    }

    private static void write(Path file, Collection<RequestRecord> requests) {
        ObjectNode all = Json.object();
        ArrayNode array = all.putArray("requests");
        for (RequestRecord request : requests) {
            ObjectNode node = array.addObject();
            node.put("identifier", request.identifier());
            node.put("created_at", request.createdAt().toString());
            node.set("request", NewRequestReader.json(request.wish()));
            node.set("cancelled_actions", Json.array(request.cancelledActions()));
            ArrayNode jobs = node.putArray("jobs");
            request.jobs().forEach(job -> jobs.add(job.original()));
        }
        Path target = file.toAbsolutePath();
        Path fresh = target.resolveSibling(target.getFileName() + ".new");
        try {
            Files.write(fresh, Json.bytes(all));
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the requests in " + file, e);
        }
    }
}
