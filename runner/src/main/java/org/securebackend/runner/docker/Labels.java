package org.securebackend.runner.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.securebackend.runner.executor.ProgramSpec;
import org.securebackend.runner.job.JobId;

/** Names and labels by which this runner knows its containers again (spec, section 2). */
final class Labels {
    static final String NAME_PREFIX = "os-job-";
    static final String RUNNER = "job-runner";
    private static final String LOCAL = "jobrunner-local";
    static final String INSTANCE = "runner-instance";

    private final String instance;

    Labels(String instance) {
        this.instance = instance;
    }

    static String containerName(JobId job) {
        return NAME_PREFIX + job.value();
    }

    /** The job in a container's name, with or without a leading slash; empty for strangers. */
    static Optional<JobId> jobIn(String containerName) {
        String name = containerName.startsWith("/") ? containerName.substring(1) : containerName;
        if (!name.startsWith(NAME_PREFIX)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new JobId(name.substring(NAME_PREFIX.length())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    Map<String, String> of(ProgramSpec program) {
        var labels = new LinkedHashMap<String, String>();
        labels.put(RUNNER, "");
        labels.put(LOCAL, "");
        labels.put(INSTANCE, instance);
        labels.put("workspace", program.workspace().value());
        labels.put("action", program.action().value());
        return labels;
    }

    /** Of a volume and of the container that holds it. */
    Map<String, String> ofWorkspaces() {
        return Map.of(RUNNER, "", INSTANCE, instance);
    }

    /** What all containers of this runner, and no others, have. */
    List<String> filter() {
        return List.of(RUNNER, INSTANCE + "=" + instance);
    }

    /** Whether a container is this runner's. */
    boolean areOn(JsonNode inspection) {
        return areOnVolume(inspection.path("Config"));
    }

    /** Whether a volume is this runner's. */
    boolean areOnVolume(JsonNode inspection) {
        return instance.equals(inspection.path("Labels").path(INSTANCE).asText(""));
    }
}
