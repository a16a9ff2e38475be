package org.securebackend.runner.devserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** What was sent is refused; the answer says why, in a form that fits what was sent. */
final class BadInputException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient JsonNode answer;

    BadInputException(JsonNode answer) {
        super("bad input");
        this.answer = answer;
    }

    BadInputException(String detail) {
        this(JsonNodeFactory.instance.objectNode().put("detail", detail));
    }

    /** What the sender is told. */
    JsonNode answer() {
        return answer;
    }
}
