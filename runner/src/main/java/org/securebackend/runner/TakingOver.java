package org.securebackend.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.securebackend.runner.cli.Product.Takeover;
import org.securebackend.runner.config.RunnerConfig;
import org.securebackend.runner.docker.OlderContainers;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.outputs.StoredOutputs;
import org.securebackend.runner.store.SqliteJobStore;
import org.securebackend.runner.store.WorkdirLock;
import org.securebackend.runner.store.v2.V2Containers;
import org.securebackend.runner.store.v2.V2Files;
import org.securebackend.runner.store.v2.V2Import;
import org.securebackend.runner.store.v2.V2Progress;
import org.securebackend.runner.store.v2.V2Report;

/** Wires what it takes to take over a version 2 runner: both its storages and its engine. */
final class TakingOver {
    private final ConfiguredSettings settings;
    private final Path workDirectory;
    private final Consumer<V2Progress> watcher;

    TakingOver(RunnerConfig config, Consumer<V2Progress> watcher) {
        this.settings = ConfiguredSettings.partsOf(config);
        this.workDirectory = config.backend().workDirectory();
        this.watcher = watcher;
    }

    V2Report run(Takeover wish) {
        return switch (wish.extent()) {
            case ALL -> all(wish);
            case REHEARSAL -> rehearse(wish);
        };
    }

    private V2Report all(Takeover wish) {
        makeWorkDirectory();
        try (WorkdirLock _ = WorkdirLock.take(workDirectory, ProcessHandle.current().pid())) {
            return taking(wish, workDirectory)
                    .into(() -> SqliteJobStore.createOrMigrate(workDirectory), wish.insistence());
        }
    }

    private void makeWorkDirectory() {
        try {
            if (!Files.isDirectory(workDirectory)) {
                Files.createDirectories(
                        workDirectory,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwxr-x---")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the work directory %s cannot be made".formatted(workDirectory), e);
        }
    }

    private V2Report rehearse(Takeover wish) {
        V2Import taking = taking(wish, Path.of(System.getProperty("java.io.tmpdir")));
        if (Files.notExists(workDirectory.resolve(WiredProduct.DATABASE))) {
            return taking.rehearse(Optional.empty(), wish.insistence());
        }
        try (var store = SqliteJobStore.openExisting(workDirectory)) {
            return taking.rehearse(Optional.of(store), wish.insistence());
        }
    }

    private V2Import taking(Takeover wish, Path scratch) {
        var outputs = new StoredOutputs(settings.outputs());
        return new V2Import(
                wish.file(),
                new V2Import.Tools(
                        (workspace, path, job) ->
                                outputs.find(workspace, path, job).map(TakingOver::facts),
                        this::containers,
                        scratch,
                        InstantSource.system(),
                        watcher));
    }

    private static V2Files.Facts facts(StoredOutputs.Stored stored) {
        V2Files.Source source =
                switch (stored.source()) {
                    case HASHED -> V2Files.Source.HASHED;
                    case MANIFEST -> V2Files.Source.MANIFEST;
                    case MANIFEST_ONLY -> V2Files.Source.MANIFEST_ONLY;
                };
        return new V2Files.Facts(
                stored.bytes(),
                stored.sha256(),
                stored.modifiedAt(),
                stored.rows(),
                stored.columns(),
                source);
    }

    private Map<JobId, V2Containers.State> containers() throws IOException {
        try (var engine = new OlderContainers(settings.docker())) {
            var left = new HashMap<JobId, V2Containers.State>();
            engine.left()
                    .forEach((job, state) ->
                            left.put(
                                    job,
                                    switch (state) {
                                        case RUNNING -> V2Containers.State.RUNNING;
                                        case STOPPED -> V2Containers.State.STOPPED;
                                    }));
            return left;
        } catch (ExecutorException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
