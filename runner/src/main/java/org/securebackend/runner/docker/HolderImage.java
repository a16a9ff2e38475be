package org.securebackend.runner.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.github.dockerjava.transport.DockerHttpClient.Request;
import java.net.URLEncoder;
import java.util.Optional;

/**
 * The image of containers that hold volumes and never run: empty, made on the engine out of
 * nothing, so that neither a registry nor a job's image is needed.
 */
final class HolderImage {
    private static final String REPOSITORY = "os-volume-holder";
    private static final String TAG = "v1";
    private static final String NAME = REPOSITORY + ":" + TAG;
    private static final byte[] EMPTY_ARCHIVE = new byte[2 * TarReader.BLOCK];

    private final Engine engine;

    HolderImage(Engine engine) {
        this.engine = engine;
    }

    /** Its id; made first if it is not there. */
    synchronized String find() {
        return present()
                .orElseGet(() -> {
                    make();
                    return present()
                            .orElseThrow(() ->
                                    Engine.refused("make the image " + NAME, "it is not there"));
                });
    }

    private Optional<String> present() {
        String what = "look for image " + NAME;
        Answer<String> id =
                engine.ask(
                        what,
                        client -> requireNonNull(client.inspectImageCmd(NAME).exec().getId()));
        return switch (id) {
            case Answer.Given<String>(var present) -> Optional.of(present);
            case Answer.NotFound<String> _ -> Optional.empty();
            case Answer.Conflict<String>(var message) -> throw Engine.refused(what, message);
        };
    }

    private void make() {
        String what = "make the image " + NAME;
        Request request =
                Request.builder()
                        .method(Request.Method.POST)
                        .path(
                                "/images/create?fromSrc=-&repo=%s&tag=%s&changes=%s"
                                        .formatted(
                                                REPOSITORY,
                                                TAG,
                                                URLEncoder.encode("LABEL job-runner=", UTF_8)))
                        .putHeader("Content-Type", "application/x-tar")
                        .bodyBytes(EMPTY_ARCHIVE)
                        .build();
        Engine.orRefuse(what, engine.send(what, request, () -> 0));
    }
}
