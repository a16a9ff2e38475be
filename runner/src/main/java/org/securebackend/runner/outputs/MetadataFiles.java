package org.securebackend.runner.outputs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.outputs.storage.Storage;
import org.securebackend.runner.outputs.storage.StoragePath;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files about a workspace's files in medium storage: the manifest, and the list of withdrawn
 * files. A damaged one is set aside; the manifest is then made from what is on record, the list is
 * begun anew. Used under the workspace's lock.
 */
final class MetadataFiles {
    private static final Logger log = LoggerFactory.getLogger(MetadataFiles.class);

    private static final String MANIFEST = "manifest";
    private static final String WITHDRAWN = "withdrawn";
    private static final int MOST_WITHDRAWALS = 10_000;

    private final Storage medium;
    private final WorkspaceRecords records;
    private final Clock clock;

    MetadataFiles(Storage medium, WorkspaceRecords records, Clock clock) {
        this.medium = medium;
        this.records = records;
        this.clock = clock;
    }

    /** The manifest; one made from what is on record if it is missing or damaged. */
    Manifest manifest(WorkspaceName workspace) throws IOException {
        return saved(workspace).orElseGet(() -> onRecord(workspace));
    }

    /** The manifest as it stands in its file; empty if it is missing or damaged. */
    Optional<Manifest> saved(WorkspaceName workspace) throws IOException {
        StoragePath place = place(workspace, MANIFEST);
        if (medium.facts(place).isEmpty()) {
            return Optional.empty();
        }
        Optional<Manifest> manifest;
        try (InputStream bytes = Channels.newInputStream(medium.read(place))) {
            manifest = ManifestReading.read(bytes);
        }
        if (manifest.isEmpty()) {
            setAside(workspace, MANIFEST);
        }
        return manifest;
    }

    /** Looks at each entry of a manifest as it stands in the file that it was read from. */
    void eachEntry(WorkspaceName workspace, Manifest manifest, EntryVisitor visitor)
            throws IOException {
        if (manifest.entries().isEmpty()) {
            return;
        }
        try (FileChannel file = medium.read(place(workspace, MANIFEST))) {
            for (Map.Entry<String, Manifest.Entry> named : manifest.entries().entrySet()) {
                switch (named.getValue()) {
                    case Manifest.Kept kept ->
                            visitor.entry(named.getKey(), ManifestReading.entry(file, kept));
                    case Manifest.Odd(var value) -> visitor.entry(named.getKey(), value);
                    case Manifest.Fresh _ ->
                            throw new IllegalArgumentException("not read from its file");
                }
            }
        }
    }

    /** Looks at an entry. */
    interface EntryVisitor {
        void entry(String path, JsonNode entry);
    }

    private Manifest onRecord(WorkspaceName workspace) {
        Manifest manifest = Manifest.empty(workspace);
        records.files(workspace).forEach(made -> manifest.putAgain(made.job(), made.file()));
        return manifest;
    }

    /** Writes the manifest, which was read from its file under the lock that is held now. */
    void save(WorkspaceName workspace, Manifest manifest) throws IOException {
        StoragePath place = place(workspace, MANIFEST);
        if (medium.facts(place).isEmpty()) {
            medium.write(place, file -> manifest.writeTo(file, file));
            return;
        }
        try (FileChannel old = medium.read(place)) {
            medium.write(place, file -> manifest.writeTo(file, old));
        }
    }

    /** Adds to the list of withdrawn files; one that is in it already is not added again. */
    void record(WorkspaceName workspace, List<Withdrawal> withdrawals) throws IOException {
        if (withdrawals.isEmpty()) {
            return;
        }
        ObjectNode root = withdrawn(workspace);
        ArrayNode list = root.withArray(WITHDRAWN);
        Set<Key> listed = new HashSet<>();
        list.forEach(entry -> listed.add(Key.of(entry)));
        for (Withdrawal withdrawal : withdrawals) {
            ObjectNode entry = entry(withdrawal);
            if (listed.add(Key.of(entry))) {
                list.add(entry);
            }
        }
        root.set(WITHDRAWN, newest(list));
        medium.write(place(workspace, WITHDRAWN), Json.text(root));
    }

    private ObjectNode withdrawn(WorkspaceName workspace) throws IOException {
        Optional<String> text = read(workspace, WITHDRAWN);
        Optional<ObjectNode> root =
                text.flatMap(Json::objectIn)
                        .filter(object -> object.path(WITHDRAWN) instanceof ArrayNode);
        if (text.isPresent() && root.isEmpty()) {
            setAside(workspace, WITHDRAWN);
        }
        return root.orElseGet(() -> {
            ObjectNode fresh = Json.object();
            fresh.put("workspace", workspace.value());
            fresh.putArray(WITHDRAWN);
            return fresh;
        });
    }

    private static ObjectNode entry(Withdrawal withdrawal) {
        ObjectNode entry = Json.object();
        entry.put("path", withdrawal.path());
        entry.put("reason", withdrawal.cause().text());
        entry.put("action", withdrawal.by().definition().action().value());
        entry.put("job_id", withdrawal.by().id().value());
        entry.put("timestamp", Json.seconds(withdrawal.at()));
        return entry;
    }

    /** The newest stand last. */
    private static ArrayNode newest(ArrayNode list) {
        ArrayNode newest = JsonNodeFactory.instance.arrayNode();
        for (int i = Math.max(0, list.size() - MOST_WITHDRAWALS); i < list.size(); i++) {
            newest.add(list.get(i));
        }
        return newest;
    }

    /** Of one file and one job there is one entry. */
    private record Key(JsonNode path, JsonNode job) {
        static Key of(JsonNode entry) {
            return new Key(entry.path("path"), entry.path("job_id"));
        }
    }

    private Optional<String> read(WorkspaceName workspace, String name) throws IOException {
        StoragePath place = place(workspace, name);
        if (medium.facts(place).isEmpty()) {
            return Optional.empty();
        }
        try (InputStream bytes = Channels.newInputStream(medium.read(place))) {
            return Optional.of(new String(bytes.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private void setAside(WorkspaceName workspace, String name) throws IOException {
        String aside = "%s.damaged-%d.json".formatted(name, clock.instant().getEpochSecond());
        log.warn("damaged {}.json of workspace {} set aside as {}", name, workspace, aside);
        medium.move(place(workspace, name), Places.metadata(workspace, aside));
    }

    private static StoragePath place(WorkspaceName workspace, String name) {
        return Places.metadata(workspace, name + ".json");
    }
}
