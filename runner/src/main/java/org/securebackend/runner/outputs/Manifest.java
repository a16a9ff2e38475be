package org.securebackend.runner.outputs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.OptionalLong;
import org.securebackend.runner.job.CheckResult;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.PrivacyLevel;

/**
 * What level 4 knows of a workspace's outputs (executor-and-outputs.md, section 10). Entries and
 * keys that others wrote stay as they are. Not for several threads at a time.
 */
final class Manifest {
    private static final String OUTPUTS = "outputs";

    private final ObjectNode root;
    private final ObjectNode outputs;

    private Manifest(ObjectNode root, ObjectNode outputs) {
        this.root = root;
        this.outputs = outputs;
    }

    /** A manifest without outputs. */
    static Manifest empty(WorkspaceName workspace) {
        ObjectNode root = Json.object();
        root.put("workspace", workspace.value());
        root.putNull("repo");
        return new Manifest(root, root.putObject(OUTPUTS));
    }

    /** The manifest in {@code text}; empty if that is none. Very old ones have no outputs. */
    static Optional<Manifest> parse(String text) {
        return Json.objectIn(text)
                .flatMap(root -> {
                    if (!root.has(OUTPUTS)) {
                        root.putObject(OUTPUTS);
                    }
                    return root.get(OUTPUTS) instanceof ObjectNode outputs
                            ? Optional.of(new Manifest(root, outputs))
                            : Optional.empty();
                });
    }

    String text() {
        return Json.text(root);
    }

    /** Whether a real file of that name is, or should be, at level 4. */
    boolean releases(String path) {
        JsonNode entry = outputs.get(path);
        return entry != null
                && entry.path("level").asText().equals(PrivacyLevel.MODERATELY_SENSITIVE.key())
                && !entry.path("excluded").asBoolean();
    }

    /** Whether a file of that name was kept out of level 4, so that a message stands for it. */
    boolean excludes(String path) {
        JsonNode entry = outputs.get(path);
        return entry != null && entry.path("excluded").asBoolean();
    }

    void remove(String path) {
        outputs.remove(path);
    }

    /** Records what {@code job} made, in the place of any earlier entry for that path. */
    void put(Job job, OutputFile file) {
        ObjectNode entry = outputs.putObject(file.path());
        CodeLocation code = job.work().code();
        entry.put("level", file.level().key());
        entry.put("job_id", job.id().value());
        entry.put("job_request", job.definition().request().value());
        entry.put("action", job.definition().action().value());
        entry.put("repo", code.repositoryUrl());
        entry.put("commit", code.commit().value());
        job.image().ifPresent(image -> entry.put("image", image.value()));
        entry.put("size", file.bytes());
        entry.put("timestamp", Json.seconds(file.modifiedAt()));
        entry.put("content_hash", file.sha256());
        entry.put("excluded", file.notReleased().isPresent());
        entry.put("message", file.notReleased().orElse(null));
        putCount(entry, "row_count", file.rows());
        putCount(entry, "col_count", file.columns());
        ObjectNode checks = entry.putObject("checks");
        for (CheckResult result : file.checks()) {
            checks.put(result.check().key(), result.verdict().key());
        }
    }

    private static void putCount(ObjectNode entry, String key, OptionalLong count) {
        if (count.isPresent()) {
            entry.put(key, count.getAsLong());
        } else {
            entry.putNull(key);
        }
    }
}
