package org.securebackend.runner;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.helpers.BasicMDCAdapter;

class LogSetupTest {
    @TempDir private Path folder;

    private final LoggerContext context = new LoggerContext();

    @Test
    void debugFileGetsWhatTheLogDoesNotAndKeepsToItsForm() throws IOException {
        Path file = folder.resolve("debug.log");
        var diagnostics = new BasicMDCAdapter();
        context.setMDCAdapter(diagnostics);
        LogSetup.write(context, Level.WARN, Optional.of(file));
        Logger logger = context.getLogger("org.securebackend.runner.scheduler");

        diagnostics.setContextMap(Map.of("job", "6nhad5m5vkyxqf4z", "workspace", "w"));
        logger.debug("Looking");
        diagnostics.clear();
        logger.debug("Alone");
        context.stop();

        assertThat(Files.readAllLines(file))
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .matches(
                                                "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z .* DEBUG Looking workspace=w id=6nhad5m5vkyxqf4z"),
                        line -> assertThat(line).endsWith("DEBUG Alone"));
    }

    @Test
    void librariesThatWriteWholeRequestsStayQuiet() {
        LogSetup.write(context, Level.DEBUG, Optional.empty());

        assertThat(context.getLogger("com.github.dockerjava.core.Wire").isInfoEnabled()).isFalse();
        assertThat(context.getLogger("org.eclipse.jgit.transport").isInfoEnabled()).isFalse();
        assertThat(context.getLogger("com.github.dockerjava").isWarnEnabled()).isTrue();
        assertThat(context.getLogger("org.securebackend").isDebugEnabled()).isTrue();
    }
}
