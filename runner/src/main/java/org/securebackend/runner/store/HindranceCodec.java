package org.securebackend.runner.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.securebackend.runner.job.Hindrance;

/** {@link Hindrance} as JSON, and back. */
final class HindranceCodec {
    private static final String SINCE = "since";
    private static final String CAUSE = "cause";

    private HindranceCodec() {}

    static String write(Hindrance hindrance) {
        ObjectNode node = Json.object().put(SINCE, hindrance.since().toString());
        hindrance.cause().ifPresent(cause -> node.put(CAUSE, cause));
        return Json.write(node);
    }

    static Hindrance read(String text) {
        JsonNode node = Json.read(text);
        return new Hindrance(
                Json.instant(node, SINCE),
                Json.maybe(node, CAUSE).map(_ -> Json.text(node, CAUSE)));
    }
}
