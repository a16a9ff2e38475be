package org.securebackend.runner.outputs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.job.CheckResult;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.pipeline.PrivacyLevel;

/**
 * What level 4 knows of a workspace's outputs (executor-and-outputs.md, section 10). Entries and
 * keys that others wrote stay as they are, byte for byte: of those in the file it was read from
 * only the place is kept, so that a hundred thousand cost little. Not for several threads at a
 * time.
 */
final class Manifest {
    static final String OUTPUTS = "outputs";

    private static final String EXCLUDED = "excluded";
    private static final String LEVEL = "level";

    /** The values beside the outputs; whatever stands for the outputs marks their place. */
    private final ObjectNode root;

    private final SequencedMap<String, Entry> entries;

    Manifest(ObjectNode root, SequencedMap<String, Entry> entries) {
        this.root = root;
        this.entries = entries;
    }

    /** An output. */
    sealed interface Entry {
        Standing standing();
    }

    /** What an entry says of its file at level 4. */
    enum Standing {
        RELEASED,
        EXCLUDED,
        NEITHER;

        static Standing of(String level, boolean excluded) {
            if (excluded) {
                return EXCLUDED;
            }
            return level.equals(PrivacyLevel.MODERATELY_SENSITIVE.key()) ? RELEASED : NEITHER;
        }
    }

    /**
     * One that is in the file: from the first byte of its name to the one after its last.
     *
     * @param ordinal its place among the file's entries
     */
    record Kept(int ordinal, long from, long to, Standing standing) implements Entry {}

    /** One in the file that is no object. */
    record Odd(JsonNode value) implements Entry {
        @Override
        public Standing standing() {
            return Standing.NEITHER;
        }
    }

    /** One that is not in the file yet. */
    record Fresh(Job job, OutputFile file, @Nullable String runnerVersion) implements Entry {
        @Override
        public Standing standing() {
            return Standing.of(file.level().key(), file.notReleased().isPresent());
        }
    }

    /** A manifest without outputs. */
    static Manifest empty(WorkspaceName workspace) {
        ObjectNode root = Json.object();
        root.put("workspace", workspace.value());
        root.putNull("repo");
        root.putNull(OUTPUTS);
        return new Manifest(root, new LinkedHashMap<>());
    }

    /** Whether a real file of that name is, or should be, at level 4. */
    boolean releases(String path) {
        return stands(path, Standing.RELEASED);
    }

    /** Whether a file of that name was kept out of level 4, so that a message stands for it. */
    boolean excludes(String path) {
        return stands(path, Standing.EXCLUDED);
    }

    private boolean stands(String path, Standing standing) {
        Entry entry = entries.get(path);
        return entry != null && entry.standing() == standing;
    }

    /** By path, in the order in which they are written. */
    Map<String, Entry> entries() {
        return entries;
    }

    void remove(String path) {
        entries.remove(path);
    }

    /** Records what {@code job} made, in the place of any earlier entry for that path. */
    void put(Job job, OutputFile file) {
        entries.put(file.path(), new Fresh(job, file, RunnerVersion.text()));
    }

    /** The same for one that was made by a version that nobody knows any more. */
    void putAgain(Job job, OutputFile file) {
        entries.put(file.path(), new Fresh(job, file, null));
    }

    /**
     * Writes all of it.
     *
     * @param old the file that it was read from, unchanged
     */
    void writeTo(FileChannel file, FileChannel old) throws IOException {
        var writing = new ManifestWriting(file, old);
        String separator = "{\n  ";
        for (Map.Entry<String, JsonNode> field : root.properties()) {
            writing.text(separator + TextNode.valueOf(field.getKey()) + ": ");
            if (field.getKey().equals(OUTPUTS)) {
                writing.entries(entries);
            } else {
                writing.text(Json.text(field.getValue(), 2));
            }
            separator = ",\n  ";
        }
        writing.text("\n}\n");
        writing.end();
    }

    /** What there is to say of an output. */
    static ObjectNode describe(Job job, OutputFile file) {
        ObjectNode entry = Json.object();
        CodeLocation code = job.work().code();
        entry.put(LEVEL, file.level().key());
        entry.put("job_id", job.id().value());
        entry.put("job_request", job.definition().request().value());
        entry.put("action", job.definition().action().value());
        entry.put("repo", code.repositoryUrl());
        entry.put("commit", code.commit().value());
        job.image().ifPresent(image -> entry.put("image", image.value()));
        entry.put("size", file.bytes());
        entry.put("timestamp", Json.seconds(file.modifiedAt()));
        entry.put("content_hash", file.sha256());
        entry.put(EXCLUDED, file.notReleased().isPresent());
        entry.put("message", file.notReleased().orElse(null));
        putCount(entry, "row_count", file.rows());
        putCount(entry, "col_count", file.columns());
        ObjectNode checks = entry.putObject("checks");
        for (CheckResult result : file.checks()) {
            checks.put(result.check().key(), result.verdict().key());
        }
        return entry;
    }

    private static void putCount(ObjectNode entry, String key, OptionalLong count) {
        if (count.isPresent()) {
            entry.put(key, count.getAsLong());
        } else {
            entry.putNull(key);
        }
    }
}
