package org.securebackend.runner.health;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class WatchdogTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir private Path folder;

    private final Logger logger = (Logger) LoggerFactory.getLogger(Watchdog.class);
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private List<AtWork> atWork = List.of();

    @BeforeEach
    void listen() {
        said.start();
        logger.addAppender(said);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(said);
    }

    private Watchdog watchdog() {
        return new Watchdog(() -> atWork, new HealthFile(folder), () -> NOW, INTERVAL);
    }

    private Health health() throws IOException {
        return new HealthFile(folder).read().orElseThrow();
    }

    private static AtWork silentFor(Duration silent) {
        return new AtWork(
                "collecting outputs of job x", silent, LIMIT, Optional.of(Thread.currentThread()));
    }

    private long dumps() {
        return said.list.stream()
                .filter(event -> event.getFormattedMessage().contains("all threads"))
                .count();
    }

    @Test
    void stuckWorkIsToldOnceWithWhatAllThreadsAreDoing() throws IOException {
        var watchdog = watchdog();
        atWork = List.of(silentFor(LIMIT.plusSeconds(1)));

        watchdog.look();
        watchdog.look();

        assertThat(dumps()).isEqualTo(1);
        assertThat(said.list.getFirst().getFormattedMessage())
                .contains("collecting outputs of job x", "301 s", "WatchdogTest");
        assertThat(health().stuck())
                .containsExactly(
                        new Health.Stuck("collecting outputs of job x", LIMIT.plusSeconds(1)));
        assertThat(health().verdict(NOW)).isEqualTo(Health.Verdict.STUCK);
    }

    @Test
    void workThatGoesOnIsGoodAgainAndToldAnewWhenItSticksAgain() throws IOException {
        var watchdog = watchdog();
        atWork = List.of(silentFor(LIMIT.plusSeconds(1)));
        watchdog.look();
        atWork = List.of(silentFor(Duration.ZERO));
        watchdog.look();
        assertThat(health().verdict(NOW)).isEqualTo(Health.Verdict.GOOD);

        atWork = List.of(silentFor(LIMIT.multipliedBy(2)));
        watchdog.look();

        assertThat(dumps()).isEqualTo(2);
    }

    @Test
    void workWithinItsLimitIsGood() throws IOException {
        atWork = List.of(silentFor(LIMIT));

        watchdog().look();

        assertThat(health().verdict(NOW.plus(INTERVAL))).isEqualTo(Health.Verdict.GOOD);
        assertThat(said.list).isEmpty();
    }

    @Test
    void daemonThatDoesNotLookAtItselfAnyMoreIsSilent() throws IOException {
        watchdog().look();

        assertThat(health().verdict(NOW.plus(Duration.ofMinutes(2))))
                .isEqualTo(Health.Verdict.SILENT);
        assertThat(health().verdict(NOW.minus(Duration.ofDays(1)))).isEqualTo(Health.Verdict.GOOD);
    }

    @Test
    void daemonThatEndedIsNotSilent() throws IOException {
        var watchdog = watchdog();
        watchdog.look();
        watchdog.leave();

        assertThat(new HealthFile(folder).read()).isEmpty();
    }

    @Test
    void healthThatCannotBeWrittenIsSaidOnce() throws IOException {
        var watchdog = watchdog();
        Files.createDirectories(folder.resolve("health.json.new/in the way"));

        watchdog.look();
        watchdog.look();

        assertThat(said.list).hasSize(1);
    }

    @Test
    void halfAHealthIsNoHealth() throws IOException {
        Files.writeString(folder.resolve("health.json"), "{}");

        org.assertj.core.api.Assertions.assertThatThrownBy(() -> new HealthFile(folder).read())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("health.json");
    }
}
