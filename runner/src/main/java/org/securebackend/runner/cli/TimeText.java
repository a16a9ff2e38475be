package org.securebackend.runner.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times and lengths of time as operators type them. */
final class TimeText {
    private static final Pattern LENGTH = Pattern.compile("([0-9]{1,9})([smhd]?)");

    private TimeText() {}

    /** A number of seconds, or a number with s, m, h or d. */
    static Optional<Duration> length(String text) {
        Matcher matcher = LENGTH.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        return Optional.of(
                switch (matcher.group(2)) {
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    case "d" -> Duration.ofDays(number);
                    default -> Duration.ofSeconds(number);
                });
    }

    /**
     * A time with its date and zone, such as {@code 2026-03-01T20:00Z}; or {@code 20:00}, the next
     * time that it is so, in UTC.
     */
    static Optional<Instant> time(String text, Instant now) {
        try {
            if (text.indexOf('T') >= 0) {
                return Optional.of(OffsetDateTime.parse(text).toInstant());
            }
            var today = now.atOffset(ZoneOffset.UTC).with(LocalTime.parse(text));
            return Optional.of(
                    (today.toInstant().isBefore(now) ? today.plusDays(1) : today).toInstant());
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    /** For options that are lengths of time. */
    static final class LengthConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return length(text)
                    .orElseThrow(() ->
                            new TypeConversionException(
                                    "'%s' is no length of time; a number of seconds, or one with s, m, h or d"
                                            .formatted(Printable.of(text))));
        }
    }
}
