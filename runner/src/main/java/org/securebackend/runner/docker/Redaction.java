package org.securebackend.runner.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Set;

/** Takes the values of variables out of a container's inspection (spec, section 7). */
final class Redaction {
    private static final String HIDDEN = "xxxx-REDACTED-xxxx";

    private static final Set<String> SHOWN =
            Set.of(
                    "PATH",
                    "PYTHON_VERSION",
                    "DEBIAN_FRONTEND",
                    "DEBCONF_NONINTERACTIVE_SEEN",
                    "UBUNTU_VERSION",
                    "PYENV_SHELL",
                    "PYENV_VERSION",
                    "PYTHONUNBUFFERED",
                    "OPENSAFELY_BACKEND",
                    "TZ",
                    "TEMP_DATABASE_NAME",
                    "PYTHONPATH",
                    "container",
                    "LANG",
                    "LC_ALL",
                    "EHRQL_PERMISSIONS");

    private Redaction() {}

    /** Changes {@code inspection}. */
    static JsonNode redact(JsonNode inspection) {
        if (inspection.path("Config").path("Env") instanceof ArrayNode variables) {
            for (int i = 0; i < variables.size(); i++) {
                variables.set(i, TextNode.valueOf(redact(variables.get(i).asText(""))));
            }
        }
        return inspection;
    }

    private static String redact(String variable) {
        int end = variable.indexOf('=');
        String name = end < 0 ? variable : variable.substring(0, end);
        return SHOWN.contains(name) ? variable : name + "=" + HIDDEN;
    }
}
