package org.securebackend.runner;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.cli.CommandFailedException;
import org.securebackend.runner.cli.ExitCodes;
import org.securebackend.runner.cli.Product;
import org.securebackend.runner.config.RunnerConfig;
import org.securebackend.runner.docker.DockerExecutor;
import org.securebackend.runner.housekeeping.Leftover;
import org.securebackend.runner.housekeeping.Leftovers;
import org.securebackend.runner.housekeeping.Turn;
import org.securebackend.runner.outputs.StoredRemains;
import org.securebackend.runner.store.JobStore;

/** What jobs have left, for one command. */
final class WiredHouse implements Product.House {
    private final Path workDirectory;
    private final JobStore store;
    private final DockerExecutor executor;
    private final Leftovers leftovers;
    private @Nullable Turn turn;

    /** Closes {@code store} with itself. */
    WiredHouse(RunnerConfig config, JobStore store) {
        ConfiguredSettings settings = ConfiguredSettings.partsOf(config);
        this.workDirectory = config.backend().workDirectory();
        this.store = store;
        this.executor = new DockerExecutor(settings.docker());
        this.leftovers =
                new Leftovers(
                        new Leftovers.Places(
                                executor, new StoredRemains(settings.outputs()), store),
                        settings.housekeeping().keeping(),
                        Clock.systemUTC());
    }

    @Override
    public List<Leftover> inStorage() throws IOException {
        return leftovers.inStorage();
    }

    @Override
    public List<Leftover> onHost() throws IOException {
        return leftovers.onHost();
    }

    @Override
    public void takeTurn() throws IOException {
        SameUser.require(workDirectory);
        Optional<Turn> taken = Turn.take(workDirectory);
        turn =
                taken.orElseThrow(() ->
                        new CommandFailedException(
                                ExitCodes.NO,
                                "house-keeping is just being done by the daemon or another command: try again later"));
    }

    @Override
    public boolean remove(Leftover leftover) throws IOException {
        return leftovers.remove(leftover);
    }

    @Override
    public void close() throws IOException {
        try (var _ = store;
                var _ = executor) {
            if (turn != null) {
                turn.close();
            }
        }
    }
}
