package org.securebackend.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.securebackend.runner.store.Samples.START;
import static org.securebackend.runner.store.Samples.request;
import static org.securebackend.runner.store.Samples.requestId;
import static org.securebackend.runner.store.Samples.step;
import static org.securebackend.runner.store.Samples.waiting;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.StopReason;

@SuppressWarnings("NullAway.Init") // JUnit gives the folder.
class SqliteJobStoreTest extends JobStoreContract {
    private static final DatabaseLimits IMPATIENT =
            new DatabaseLimits(Duration.ofMillis(50), 1, Long.MAX_VALUE);

    @TempDir Path folder;

    @Override
    JobStore newStore() {
        return SqliteJobStore.createOrMigrate(work());
    }

    private Path work() {
        return folder.resolve("a work?dir%20#1");
    }

    private Path file() {
        return work().resolve("runner.sqlite");
    }

    private Path other() throws IOException {
        return Files.createDirectories(folder.resolve("other"));
    }

    private static Connection connect(Path file) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file.toUri());
    }

    private static void execute(Path file, String sql) throws SQLException {
        try (Connection connection = connect(file);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    @Test
    void otherUsersCannotReadTheDatabase() throws IOException {
        try (var files = Files.list(work())) {
            assertThat(files)
                    .anyMatch(path -> path.endsWith("runner.sqlite-wal"))
                    .allSatisfy(path ->
                            assertThat(Files.getPosixFilePermissions(path))
                                    .isEqualTo(PosixFilePermissions.fromString("rw-------")));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(work())))
                .endsWith("---");
    }

    @Test
    void everythingIsThereAfterTheStoreWasOpenedAgain() {
        Path again = folder.resolve("again");
        try (var store = SqliteJobStore.createOrMigrate(again)) {
            store.add(request("r1"), List.of(waiting("r1", "a")));
        }

        try (var store = SqliteJobStore.openExisting(again)) {
            assertThat(store.openJobs()).containsExactly(waiting("r1", "a"));
        }
    }

    @Test
    void backupIsAWholeStoreForItsOwnerAlone() throws IOException {
        Path directory = other();
        Path copy = directory.resolve("runner.sqlite");
        try (var store = SqliteJobStore.openExisting(work())) {
            store.add(request("r1"), List.of(waiting("r1", "a")));
            store.backup(copy);

            assertThatThrownBy(() -> store.backup(copy))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is there already");
        }

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
                .isEqualTo("rw-------");
        try (var restored = SqliteJobStore.openExisting(directory)) {
            assertThat(restored.openJobs()).containsExactly(waiting("r1", "a"));
        }
    }

    @Test
    void backupOfADamagedDatabaseFailsAndLeavesNothing() throws Exception {
        try (var store = SqliteJobStore.openExisting(work())) {
            for (int i = 0; i < 200; i++) {
                store.add(request("r" + i), List.of(waiting("r" + i, "a")));
            }
        }
        execute(file(), "PRAGMA wal_checkpoint(TRUNCATE)");
        byte[] bytes = Files.readAllBytes(file());
        // Rows, not the schema: it can still be opened.
        Arrays.fill(bytes, bytes.length / 2, bytes.length - 4096, (byte) 0x55);
        Path damaged = Files.createDirectories(folder.resolve("damaged"));
        Files.write(damaged.resolve("runner.sqlite"), bytes);
        Path copy = other().resolve("copy");

        try (var store = SqliteJobStore.openExisting(damaged)) {
            assertThatThrownBy(() -> store.backup(copy))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("damaged");
        }
        assertThat(copy).doesNotExist();
    }

    @Test
    void backupIsConsistentWhileOthersWrite() throws Exception {
        Path copy = other().resolve("runner.sqlite");
        try (var store = SqliteJobStore.openExisting(work());
                var beside = SqliteJobStore.openExisting(work());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                store.add(request("r" + i), List.of(waiting("r" + i, "a")));
            }
            var writing =
                    threads.submit(() -> {
                        for (int i = 100; i < 300; i++) {
                            store.add(
                                    request("r" + i),
                                    List.of(waiting("r" + i, "a"), waiting("r" + i, "b")));
                        }
                    });
            beside.backup(copy);
            writing.get();
        }
        try (var restored = SqliteJobStore.openExisting(other())) {
            assertThat(restored.openJobs().size()).isBetween(100, 500);
        }
    }

    @Test
    void commandDoesNotMakeADatabase() throws IOException {
        Path empty = other();

        assertThatThrownBy(() -> SqliteJobStore.openExisting(empty))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("there is no database " + empty.resolve("runner.sqlite"));

        assertThat(empty).isEmptyDirectory();
    }

    @Test
    void databaseWithoutTablesIsMigratedByTheDaemonAlone() throws IOException {
        Path directory = other();
        Files.createFile(directory.resolve("runner.sqlite"));

        assertThatThrownBy(() -> SqliteJobStore.openExisting(directory))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("older version")
                .hasMessageContaining("run the migrate command");
        assertThat(directory.resolve("runner.sqlite")).isEmptyFile();

        SqliteJobStore.createOrMigrate(directory).close();
        SqliteJobStore.openExisting(directory).close();
    }

    @Test
    void outputsOfTheFirstSchemaAreReadWithoutChecks() throws Exception {
        Path directory = other();
        Job job = waiting("r1", "a");
        try (var before = SqliteJobStore.createOrMigrate(directory)) {
            before.add(request("r1"), List.of(job));
            Samples.collecting(before, job);
            before.saveResults(job.id(), Samples.results("a.csv"));
        }
        execute(
                directory.resolve("runner.sqlite"),
                "ALTER TABLE job_output DROP COLUMN checks; ALTER TABLE job DROP COLUMN hindrance; DROP TABLE workspace_turn; DROP TABLE job_metrics;"
                        + "DROP INDEX job_kept; ALTER TABLE job DROP COLUMN is_kept;"
                        + "ALTER TABLE job DROP COLUMN stop_sent_at;"
                        + "ALTER TABLE flag DROP COLUMN seen_at; PRAGMA user_version = 1");

        try (var migrated = SqliteJobStore.createOrMigrate(directory)) {
            assertThat(migrated.results(job.id()).orElseThrow().outputs())
                    .singleElement()
                    .satisfies(output -> assertThat(output.checks()).isEmpty());
            migrated.saveResults(job.id(), Samples.results("b.csv"));
        }
    }

    @Test
    void databaseOfTheFirstSchemaIsMigratedAndKeepsItsRows() throws Exception {
        Path directory = other();
        Path file = directory.resolve("runner.sqlite");
        try (var script = SqliteJobStore.class.getResourceAsStream("/store/001-first-schema.sql")) {
            execute(
                    Files.createFile(file),
                    new String(script.readAllBytes(), StandardCharsets.UTF_8)
                            + "INSERT INTO flag (name, value, changed_at) VALUES ('paused', 'true', 7);"
                            + "PRAGMA application_id = 1396855406; PRAGMA user_version = 1");
        }
        assertThatThrownBy(() -> SqliteJobStore.openExisting(directory))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("schema 1");

        try (var store = SqliteJobStore.createOrMigrate(directory)) {
            assertThat(store.flags()).containsKey("paused");
            assertThat(store.hasUnseenFlags()).isTrue();
            assertThat(store.keptJobs()).isEmpty();
        }
    }

    @Test
    void databaseOfANewerVersionIsRefusedAndNotChanged() throws Exception {
        execute(file(), "PRAGMA user_version = 99");
        for (Callable<SqliteJobStore> opening : openings(work())) {
            assertThatThrownBy(opening::call)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(file().toString())
                    .hasMessageContaining("newer version (schema 99");
        }
    }

    @Test
    void databaseOfAnOlderVersionIsRefusedByTheDaemonUntilItIsMigrated() throws Exception {
        Path directory = other();
        Path file = Files.createFile(directory.resolve("runner.sqlite"));
        try (var schema = SqliteJobStore.class.getResourceAsStream("/store/001-first-schema.sql")) {
            assertThat(schema).isNotNull();
            execute(file, new String(schema.readAllBytes(), StandardCharsets.UTF_8));
        }
        execute(file, "PRAGMA user_version = 1; PRAGMA application_id = " + 0x5342526e);
        byte[] before = Files.readAllBytes(file);

        assertThatThrownBy(() -> SqliteJobStore.createOrOpen(directory))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("older version (schema 1")
                .hasMessageContaining("run the migrate command");
        assertThat(file).hasBinaryContent(before);

        var done = SqliteJobStore.migrate(directory);
        assertThat(done).isEqualTo(new SqliteJobStore.Migration(file, 1, Migrations.CURRENT));
        assertThat(SqliteJobStore.migrate(directory).before()).isEqualTo(Migrations.CURRENT);
        SqliteJobStore.createOrOpen(directory).close();
    }

    @Test
    void damagedDatabaseIsRefusedAtTheStart() throws Exception {
        Path directory = other();
        Path file = directory.resolve("runner.sqlite");
        try (var store = SqliteJobStore.createOrMigrate(directory)) {
            store.add(request("r1"), List.of(waiting("r1", "a")));
        }
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 3 * 4096; i < 5 * 4096; i++) {
            bytes[i] = (byte) 0xa5;
        }
        Files.write(file, bytes);

        assertThatThrownBy(() -> SqliteJobStore.createOrOpen(directory))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("damaged");
    }

    @Test
    void lookAtALargeDatabasesHealthIsCutShort() throws Exception {
        Path directory = other();
        SqliteJobStore.createOrMigrate(directory).close();
        Path file = directory.resolve("runner.sqlite");
        execute(
                file,
                """
                CREATE TABLE filler AS WITH RECURSIVE n(i) AS
                    (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
                    SELECT i, randomblob(100) AS b FROM n;
                CREATE INDEX filler_b ON filler (b)
                """);
        var database = SqliteDatabase.open(file, DatabaseLimits.USUAL, _ -> {});
        try (database) {
            long start = System.nanoTime();
            new HealthCheck(Duration.ofMillis(1)).require(database);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(2));
            // And it can be used afterwards.
            database.read(handle -> handle.select("SELECT 1").mapTo(Integer.class).one());
        }
    }

    private static List<Callable<SqliteJobStore>> openings(Path directory) {
        return List.of(
                () -> SqliteJobStore.createOrOpen(directory),
                () -> SqliteJobStore.createOrMigrate(directory, IMPATIENT),
                () -> SqliteJobStore.openExisting(directory, IMPATIENT));
    }

    @Test
    void databaseOfAnotherProgramIsRefusedAndNotChanged() throws Exception {
        Path directory = other();
        Path file = Files.createFile(directory.resolve("runner.sqlite"));
        execute(file, "CREATE TABLE job (id TEXT); PRAGMA user_version = 1");
        byte[] before = Files.readAllBytes(file);
        for (Callable<SqliteJobStore> opening : openings(directory)) {
            assertThatThrownBy(opening::call)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("another program");
        }
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void fileThatIsNoDatabaseIsRefusedAndNotChanged() throws Exception {
        Path directory = other();
        Path file = directory.resolve("runner.sqlite");
        Files.writeString(file, "patient notes ".repeat(1000));
        for (Callable<SqliteJobStore> opening : openings(directory)) {
            assertThatThrownBy(opening::call)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("is not a database");
        }
        assertThat(file).hasContent("patient notes ".repeat(1000));
    }

    @Test
    void damagedDatabaseIsNamedAndNothingOfItIsRepeated() throws Exception {
        Path directory = other();
        Path file = directory.resolve("runner.sqlite");
        try (var store = SqliteJobStore.createOrMigrate(directory)) {
            store.add(request("r1"), List.of(waiting("r1", "a")));
        }
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 4096; i < bytes.length; i++) {
            bytes[i] = (byte) 0xa5;
        }
        Files.write(file, bytes);

        // Where the damage is met, on opening or later, depends on how much there is.
        assertThatThrownBy(
                        () -> {
                            try (var store = SqliteJobStore.createOrMigrate(directory)) {
                                store.openJobs();
                            }
                        })
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("damaged");
    }

    @Test
    void linkInPlaceOfTheDatabaseIsNotFollowed() throws IOException {
        Path directory = other();
        Files.createSymbolicLink(directory.resolve("runner.sqlite"), file());

        for (Callable<SqliteJobStore> opening : openings(directory)) {
            assertThatThrownBy(opening::call)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("not a plain file");
        }
    }

    @Test
    void lockedDatabaseFailsSoonAndSaysSo() throws Exception {
        try (var store = SqliteJobStore.openExisting(work(), IMPATIENT);
                Connection holder = connect(file());
                Statement statement = holder.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");

            assertThatThrownBy(() -> store.add(request("r1"), List.of(waiting("r1", "a"))))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(file().toString())
                    .hasMessageContaining("locked by another process");
            assertThat(store.openJobs()).isEmpty();

            statement.execute("ROLLBACK");
            assertThat(store.add(request("r1"), List.of(waiting("r1", "a")))).isTrue();
        }
    }

    @Test
    void fullDiskChangesNothingAndTheStoreGoesOn() throws Exception {
        Path directory = other();
        var limits = new DatabaseLimits(Duration.ofSeconds(1), 1, 200_000);
        try (var store = SqliteJobStore.createOrMigrate(directory, limits)) {
            store.add(request("r1"), List.of(waiting("r1", "a")));
            Job collecting = Samples.collecting(store, waiting("r1", "a"));
            Job publishing = step(collecting, new JobEvent.Collected(List.of(), 0));
            String[] many =
                    IntStream.range(0, 5000)
                            .mapToObj(i -> "output/file-%04d.csv".formatted(i))
                            .toArray(String[]::new);

            assertThatThrownBy(() -> store.saveResults(publishing.id(), Samples.results(many)))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("free space");

            assertThat(store.job(publishing.id())).contains(collecting);
            assertThat(store.results(publishing.id())).isEmpty();
            store.saveResults(publishing.id(), Samples.results("one"));
            store.save(List.of(publishing));
            assertThat(store.results(publishing.id())).contains(Samples.results("one"));
        }
    }

    @Test
    void noMessageOfAFailureRepeatsWhatWasToBeSaved() throws Exception {
        try (var store = SqliteJobStore.openExisting(work(), IMPATIENT)) {
            execute(file(), "DROP TABLE flag");

            assertThatThrownBy(
                            () -> store.setFlag("name-of-it", Optional.of("secret-of-it"), START))
                    .isInstanceOf(StoreException.class)
                    .satisfies(thrown -> {
                        for (Throwable t = thrown; t != null; t = t.getCause()) {
                            assertThat(t.toString()).doesNotContain("secret-of-it");
                        }
                    });
        }
    }

    @Test
    void oneOfManyWritersOfTheSameVersionWins() throws Exception {
        int writers = 8;
        try (var one = SqliteJobStore.openExisting(work());
                var two = SqliteJobStore.openExisting(work());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            one.add(request("r1"), List.of(waiting("r1", "a")));
            Job next = step(waiting("r1", "a"), new JobEvent.SlotGranted());
            var start = new CyclicBarrier(writers);

            List<Callable<Boolean>> attempts =
                    IntStream.range(0, writers)
                            .<Callable<Boolean>>mapToObj(
                                    i -> () -> saves(i % 2 == 0 ? one : two, next, start))
                            .toList();
            int winners = 0;
            for (var attempt : threads.invokeAll(attempts)) {
                winners += attempt.get() ? 1 : 0;
            }

            assertThat(winners).isEqualTo(1);
        }
    }

    private static boolean saves(JobStore store, Job job, CyclicBarrier start) throws Exception {
        start.await();
        try {
            store.save(List.of(job));
            return true;
        } catch (StaleJobException _) {
            return false;
        }
    }

    @Test
    void ordersOfAnotherProcessAreSeenWhileThisOneWrites() throws Exception {
        try (var store = SqliteJobStore.openExisting(work())) {
            List<Job> jobs =
                    IntStream.range(0, 50).mapToObj(i -> waiting("r1", "action" + i)).toList();
            store.add(request("r1"), jobs);
            Process other = OtherProcess.start(KillAll.class, work().toString());
            try (BufferedReader says = other.inputReader()) {
                for (Job job : jobs) {
                    store.save(List.of(step(job, new JobEvent.SlotGranted())));
                }
                assertThat(says.readLine()).isEqualTo("ordered 50");
            } finally {
                other.destroyForcibly().waitFor();
            }

            assertThat(store.openOrders()).hasSize(50);
            assertThat(store.jobsOf(requestId("r1"))).allMatch(job -> job.version() == 1);
        }
    }

    /** Orders all open jobs of the store in its argument to be stopped. */
    static final class KillAll {
        private KillAll() {}

        public static void main(String[] args) {
            try (var store = SqliteJobStore.openExisting(Path.of(args[0]))) {
                List<Job> open = store.openJobs();
                open.forEach(job -> store.orderStop(job.id(), StopReason.KILLED_BY_ADMIN, START));
                System.out.println("ordered " + open.size());
            }
        }
    }
}
