package org.securebackend.runner.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.executor.ExecutorUnavailableException;
import org.securebackend.runner.source.SourceRefusedException;
import org.securebackend.runner.source.SourceUnavailableException;
import org.securebackend.runner.store.StoreException;

/** Whose fault is whose. */
class TroubleTest {
    private static final String SECRET = "/srv/secret/path";

    static java.util.List<Arguments> faults() {
        return java.util.List.of(
                Arguments.of(new Fault.OfUser("rename it"), Trouble.OfUser.class),
                Arguments.of(
                        new SourceRefusedException("GitError", "not allowed", null),
                        Trouble.OfUser.class),
                Arguments.of(new Fault.Passing("no image yet"), Trouble.Passing.class),
                Arguments.of(new ExecutorUnavailableException(SECRET, null), Trouble.Passing.class),
                Arguments.of(
                        new SourceUnavailableException("GitError", SECRET, null),
                        Trouble.Passing.class),
                Arguments.of(new StoreException(SECRET, null), Trouble.Passing.class),
                Arguments.of(
                        new FileSystemException(SECRET, null, "No space left on device"),
                        Trouble.Passing.class),
                Arguments.of(new IOException("Input/output error"), Trouble.Passing.class),
                Arguments.of(
                        new UncheckedIOException(new IOException("Stale file handle")),
                        Trouble.Passing.class),
                Arguments.of(new Fault.Lasting("not configured"), Trouble.Lasting.class),
                Arguments.of(new ExecutorException(SECRET, null), Trouble.Refused.class),
                Arguments.of(new FileNotFoundException(SECRET), Trouble.Lasting.class),
                Arguments.of(new IllegalStateException(SECRET), Trouble.Lasting.class),
                Arguments.of(new StackOverflowError(), Trouble.Lasting.class),
                Arguments.of(new InterruptedException(), Trouble.Interrupted.class),
                Arguments.of(new InterruptedIOException(), Trouble.Interrupted.class),
                Arguments.of(new ClosedByInterruptException(), Trouble.Interrupted.class));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void everyFaultIsSomebodysAndTellsNoSecrets(Throwable failure, Class<?> whose) {
        Trouble trouble = Trouble.of(failure);

        assertThat(trouble).isInstanceOf(whose);
        assertThat(trouble.toString()).doesNotContain(SECRET);
    }
}
