package org.securebackend.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit gives the folder.
class WorkdirLockTest {
    @TempDir Path folder;

    @Test
    void secondDaemonOnOneWorkDirectoryIsRefusedAndToldWhoHasIt() throws Exception {
        Process other = OtherProcess.start(LockAndWait.class, folder.toString());
        try (BufferedReader says = other.inputReader()) {
            assertThat(says.readLine()).isEqualTo("locked");

            assertThatThrownBy(() -> WorkdirLock.take(folder, 1))
                    .isInstanceOf(WorkdirTakenException.class)
                    .hasMessageContaining("process " + other.pid())
                    .hasMessageContaining(folder.toString());
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void lockOfAKilledDaemonIsFree() throws Exception {
        Process other = OtherProcess.start(LockAndWait.class, folder.toString());
        try (BufferedReader says = other.inputReader()) {
            assertThat(says.readLine()).isEqualTo("locked");
        } finally {
            other.destroyForcibly().waitFor();
        }

        WorkdirLock.take(folder, 1).close();
    }

    @Test
    void refusedAttemptInTheSameProcessDoesNotFreeTheLock() throws Exception {
        try (WorkdirLock lock = WorkdirLock.take(folder, ProcessHandle.current().pid())) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> WorkdirLock.take(folder.resolve("."), 1))
                    .isInstanceOf(WorkdirTakenException.class);

            Process other = OtherProcess.start(LockAndWait.class, folder.toString());
            try (BufferedReader says = other.inputReader()) {
                assertThat(says.readLine()).contains("process " + ProcessHandle.current().pid());
            } finally {
                other.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void closedLockCanBeTakenAgain() throws IOException {
        WorkdirLock.take(folder, 1).close();

        try (WorkdirLock again = WorkdirLock.take(folder, 77)) {
            assertThat(again).isNotNull();
            assertThat(folder.resolve("runner.lock")).hasContent("77\n");
            assertThat(Files.getPosixFilePermissions(folder.resolve("runner.lock")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    void lockFileThatIsALinkIsNotFollowed() throws IOException {
        Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "precious");
        Files.createSymbolicLink(folder.resolve("runner.lock"), elsewhere);

        assertThatThrownBy(() -> WorkdirLock.take(folder, 1)).isInstanceOf(StoreException.class);

        assertThat(elsewhere).hasContent("precious");
    }

    /** Takes the lock of its first argument, says so, and stays until it is ended. */
    static final class LockAndWait {
        private LockAndWait() {}

        public static void main(String[] args) throws IOException {
            try (WorkdirLock lock =
                    WorkdirLock.take(Path.of(args[0]), ProcessHandle.current().pid())) {
                System.out.println(lock == null ? "" : "locked");
                System.out.println(System.in.read());
            } catch (WorkdirTakenException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
