package org.securebackend.runner.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.util.Optional;
import org.securebackend.runner.executor.ExecutorUnavailableException;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.ImageName;

/** Images on the engine. */
final class Images {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Engine engine;
    private final PullPolicy policy;

    Images(Engine engine, PullPolicy policy) {
        this.engine = engine;
        this.policy = policy;
    }

    /** The content of an image, fetched first if it is absent and the policy says so. */
    Optional<ImageDigest> fetch(ImageName image, Runnable atBeginning) {
        Optional<ImageDigest> present = find(image);
        if (present.isPresent() || policy == PullPolicy.NEVER) {
            return present;
        }
        atBeginning.run();
        return pull(image) ? find(image) : Optional.empty();
    }

    /** The content of an image, if it is present. */
    Optional<ImageDigest> find(ImageName image) {
        String what = "look for image " + image;
        Answer<String> id =
                engine.ask(
                        what,
                        client ->
                                requireNonNull(
                                        client.inspectImageCmd(image.value()).exec().getId()));
        return switch (id) {
            case Answer.Given<String>(var digest) -> Optional.of(new ImageDigest(digest));
            case Answer.NotFound<String> _ -> Optional.empty();
            case Answer.Conflict<String>(var message) -> throw Engine.refused(what, message);
        };
    }

    private boolean pull(ImageName image) {
        String what = "fetch image " + image;
        var request =
                Request.builder()
                        .method(Request.Method.POST)
                        .path("/images/create?fromImage=" + encode(withTag(image.value())))
                        .build();
        try {
            return engine.read(what, request, body -> followPull(what, body))
                    instanceof Answer.Given;
        } catch (IOException e) {
            throw new ExecutorUnavailableException("cannot " + what, e);
        }
    }

    /** A pull that fails half-way says so in its last line only. */
    private static void followPull(String what, InputStream body) throws IOException {
        try (MappingIterator<JsonNode> lines = JSON.readerFor(JsonNode.class).readValues(body)) {
            while (lines.hasNextValue()) {
                JsonNode error = lines.nextValue().path("error");
                if (!error.isMissingNode()) {
                    // Its registry may be away, or the image not be there yet.
                    throw new ExecutorUnavailableException(
                            "cannot %s: %s".formatted(what, error), null);
                }
            }
        }
    }

    /** Without a tag the engine would fetch every tag there is. */
    static String withTag(String image) {
        int name = image.lastIndexOf('/') + 1;
        return image.indexOf(':', name) < 0 && image.indexOf('@') < 0 ? image + ":latest" : image;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}
