package org.securebackend.runner.executor;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.ActionName;

/**
 * A program to run.
 *
 * @param environment variables by name; values may be secret
 * @param database the database that it may reach; empty: it has no network at all
 */
public record ProgramSpec(
        JobId job,
        WorkspaceName workspace,
        ActionName action,
        ImageDigest image,
        List<String> arguments,
        Map<String, String> environment,
        Optional<DatabaseAddress> database) {

    public ProgramSpec {
        arguments = List.copyOf(arguments);
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    }

    /** Leaves the values of variables out. */
    @Override
    public String toString() {
        return "ProgramSpec[job=%s, image=%s, variables=%s]"
                .formatted(job, image, environment.keySet());
    }

    /** Host part of a database's URL: a name or an address. */
    public record DatabaseAddress(String host) {}
}
