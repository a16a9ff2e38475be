package org.securebackend.runner.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit gives the folder.
class SqliteJobStoreTest extends JobStoreContract {
    @TempDir Path folder;

    @Override
    JobStore newStore() {
        return SqliteJobStore.createOrMigrate(folder.resolve("work"));
    }
}
