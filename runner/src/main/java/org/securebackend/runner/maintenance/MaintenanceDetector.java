package org.securebackend.runner.maintenance;

import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.executor.HelperEnd;
import org.securebackend.runner.executor.HelperProgram;
import org.securebackend.runner.executor.HelperPrograms;
import org.securebackend.runner.store.JobStore;
import org.securebackend.runner.store.JobStore.Flag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the database by way of a helper program whether it is in maintenance, and sets or clears the
 * flag {@code mode} (configuration-and-operations.md, section 6). An operator's word, the flag
 * {@code manual-db-maintenance}, comes before the database's. An answer that fails changes nothing.
 */
public final class MaintenanceDetector {
    private static final Logger log = LoggerFactory.getLogger(MaintenanceDetector.class);
    private static final String MODE = "mode";
    private static final String MANUAL = "manual-db-maintenance";
    private static final String MAINTENANCE = "db-maintenance";
    private static final String PURPOSE = "maintenance";

    private final JobStore store;
    private final HelperPrograms helpers;
    private final MaintenanceSettings settings;
    private final InstantSource clock;
    private final Runnable onChange;
    private final AtomicBoolean looking = new AtomicBoolean();

    /** What it works with. */
    public record Tools(JobStore store, HelperPrograms helpers, InstantSource clock) {}

    /**
     * @param onChange told after the flag was changed; must not block
     */
    public MaintenanceDetector(Tools tools, MaintenanceSettings settings, Runnable onChange) {
        this.store = tools.store();
        this.helpers = tools.helpers();
        this.clock = tools.clock();
        this.settings = settings;
        this.onChange = onChange;
    }

    /**
     * Looks once; blocks for as long as the answer may take. Does nothing if another look is not
     * over yet. Never throws: the next look tries again.
     */
    public void look() {
        if (!looking.compareAndSet(false, true)) {
            return;
        }
        try {
            lookOnce();
        } catch (ExecutorException e) {
            tell(e);
        } catch (RuntimeException e) {
            log.error("looking for database maintenance failed; nothing changed", e);
        } finally {
            looking.set(false);
        }
    }

    private static void tell(ExecutorException failure) {
        if (Thread.currentThread().isInterrupted()) {
            log.debug("stopping while the database was asked for its maintenance", failure);
            return;
        }
        log.warn(
                "whether the database is in maintenance could not be asked; nothing changed: {}",
                failure.getMessage());
        log.debug("the question failed", failure);
    }

    private void lookOnce() {
        Map<String, Flag> flags = store.flags();
        if (isSet(flags, MANUAL)) {
            set(Optional.of(MAINTENANCE));
            return;
        }
        switch (helpers.run(question(flags))) {
            case HelperEnd.Ended(var code, var lastLine) when code == 0 -> heed(lastLine);
            // What it says instead may hold anything, and is not repeated.
            case HelperEnd.Ended(var code, _) ->
                    log.warn(
                            "the check for database maintenance ended with exit code {}; nothing changed",
                            code);
            case HelperEnd.TookTooLong _ ->
                    log.warn(
                            "the check for database maintenance took longer than {} s and was killed; nothing changed",
                            settings.limit().toSeconds());
            case HelperEnd.ImageMissing _ ->
                    log.warn(
                            "the check for database maintenance needs the image {}, which is not on this host; nothing changed",
                            settings.image());
        }
    }

    private HelperProgram question(Map<String, Flag> flags) {
        String mode = value(flags, MODE).orElse("None");
        return new HelperProgram(
                PURPOSE,
                settings.image(),
                settings.arguments().stream().map(word -> word.replace("{mode}", mode)).toList(),
                Map.of("DATABASE_URL", settings.databaseUrl()),
                Optional.of(settings.database()),
                settings.limit());
    }

    /** An operator may have spoken while the database was asked. */
    private void heed(String lastLine) {
        boolean maintenance = lastLine.contains(MAINTENANCE) || isSet(store.flags(), MANUAL);
        set(maintenance ? Optional.of(MAINTENANCE) : Optional.empty());
    }

    private void set(Optional<String> mode) {
        Optional<String> before = value(store.flags(), MODE);
        if (before.equals(mode)) {
            return;
        }
        store.setFlag(MODE, mode, clock.instant());
        if (mode.isPresent()) {
            log.warn("the database is in maintenance: its jobs are stopped, and run again later");
        } else {
            log.info("the database is out of maintenance: its jobs run again");
        }
        onChange.run();
    }

    private static boolean isSet(Map<String, Flag> flags, String name) {
        return value(flags, name).isPresent();
    }

    private static Optional<String> value(Map<String, Flag> flags, String name) {
        Flag flag = flags.get(name);
        return flag == null ? Optional.empty() : flag.value().filter(value -> !value.isEmpty());
    }
}
