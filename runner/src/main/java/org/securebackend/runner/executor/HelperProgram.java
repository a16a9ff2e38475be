package org.securebackend.runner.executor;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.securebackend.runner.executor.ProgramSpec.DatabaseAddress;
import org.securebackend.runner.job.ImageName;

/**
 * A small program of the runner's own.
 *
 * @param purpose one word, by which its leftovers are known again
 * @param environment variables by name; values may be secret
 * @param database the database that it may reach; empty: it has no network at all
 * @param limit how long it may run
 */
public record HelperProgram(
        String purpose,
        ImageName image,
        List<String> arguments,
        Map<String, String> environment,
        Optional<DatabaseAddress> database,
        Duration limit) {
    public HelperProgram {
        arguments = List.copyOf(arguments);
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    }

    /** Leaves the values of variables out. */
    @Override
    public String toString() {
        return "HelperProgram[purpose=%s, image=%s, variables=%s]"
                .formatted(purpose, image, environment.keySet());
    }
}
