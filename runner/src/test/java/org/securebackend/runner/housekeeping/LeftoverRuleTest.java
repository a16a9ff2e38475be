package org.securebackend.runner.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.securebackend.runner.housekeeping.Standing.Rest;

class LeftoverRuleTest {
    private static final Instant NOW = Instant.parse("2026-06-15T12:00:00Z");
    private static final Keeping KEEPING =
            new Keeping(Duration.ofDays(30), Optional.of(Duration.ofDays(365)), Duration.ofDays(3));
    private static final LeftoverRule RULE = new LeftoverRule(KEEPING, NOW);

    private static Instant ago(String duration) {
        return NOW.minus(Duration.parse(duration));
    }

    private static Standing done(String ago, Rest rest) {
        return new Standing.Done(ago(ago), rest);
    }

    static Stream<Arguments> programs() {
        Optional<Instant> busy = Optional.empty();
        Optional<Instant> longIdle = Optional.of(ago("P100D"));
        return Stream.of(
                Arguments.of(new Standing.Open(), longIdle, ""),
                Arguments.of(new Standing.Open(), busy, ""),
                Arguments.of(done("PT59M", Rest.TIDY), longIdle, ""),
                Arguments.of(done("PT1H", Rest.TIDY), longIdle, "its job is over"),
                Arguments.of(done("PT1H", Rest.TIDY), busy, "its job is over"),
                Arguments.of(done("PT23H", Rest.TO_BE_TIDIED), longIdle, ""),
                Arguments.of(
                        done("P1D", Rest.TO_BE_TIDIED),
                        longIdle,
                        "its job is over, and was not tidied up"),
                Arguments.of(done("P2D", Rest.BROKEN), longIdle, ""),
                Arguments.of(
                        done("P3D", Rest.BROKEN),
                        longIdle,
                        "the platform failed its job, and its time is over"),
                Arguments.of(new Standing.Unknown(), Optional.of(ago("P6D")), ""),
                Arguments.of(new Standing.Unknown(), Optional.of(ago("P7D")), "its job is unknown"),
                Arguments.of(new Standing.Unknown(), busy, ""));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void programAndWorkspaceGoWhenTheirJobIsOver(
            Standing standing, Optional<Instant> idleSince, String reason) {
        assertThat(RULE.ofProgram(standing, idleSince).orElse("")).isEqualTo(reason);
    }

    @Test
    void outputsOfAFailedJobGoAfterTheirTime() {
        assertThat(RULE.ofFailed(done("P29D", Rest.TIDY), NOW)).isEmpty();
        assertThat(RULE.ofFailed(done("P30D", Rest.TIDY), NOW)).isPresent();
        assertThat(RULE.ofFailed(new Standing.Open(), ago("P100D"))).isEmpty();
        assertThat(RULE.ofFailed(new Standing.Unknown(), ago("P29D"))).isEmpty();
        assertThat(RULE.ofFailed(new Standing.Unknown(), ago("P30D"))).isPresent();
    }

    @Test
    void outputsOfAFailedJobThatAreNotKeptAtAllStillSettle() {
        var none =
                new LeftoverRule(new Keeping(Duration.ZERO, Optional.empty(), Duration.ZERO), NOW);
        assertThat(none.ofFailed(done("PT59M", Rest.TIDY), NOW)).isEmpty();
        assertThat(none.ofFailed(done("PT1H", Rest.TIDY), NOW)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"2025-05, true", "2025-06, false", "2026-05, false", "1999-12, true"})
    void logsOfAMonthGoAfterTheirTime(YearMonth month, boolean goes) {
        assertThat(RULE.ofLogs(month).isPresent()).isEqualTo(goes);
    }

    @Test
    void logsStayForEverIfNothingIsSaid() {
        var forEver = new Keeping(Duration.ZERO, Optional.empty(), Duration.ZERO);
        assertThat(new LeftoverRule(forEver, NOW).ofLogs(YearMonth.of(1999, 1))).isEmpty();
    }

    @Test
    void temporaryFileGoesWhenNobodyGoesOnWritingIt() {
        assertThat(RULE.ofTemporary(ago("PT23H"))).isEmpty();
        assertThat(RULE.ofTemporary(ago("P1D"))).isPresent();
    }
}
