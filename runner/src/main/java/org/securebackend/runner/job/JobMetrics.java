package org.securebackend.runner.job;

import java.time.Duration;
import java.time.Instant;

/**
 * What a job's program has used so far (protocol, section 7). Sums are of a sample times the whole
 * seconds that it stands for; means are sums over the time since the job started.
 *
 * @param program the run of the program that was measured; another run begins anew
 * @param measuredAt when the newest sample was taken
 * @param processorTime all that the program had used then
 * @param processor in percent of one processor
 * @param memory in MiB
 */
public record JobMetrics(
        String program,
        Instant measuredAt,
        Duration processorTime,
        Series processor,
        Series memory) {
    private static final double PERCENT = 100;
    private static final double MEBIBYTE = 1 << 20;

    /** One quantity: its newest sample, their sum over time, their mean, the largest. */
    public record Series(double sample, double sum, double mean, double peak) {
        private static final Series NONE = new Series(0, 0, 0, 0);

        private Series with(double value, Duration since, Duration sinceStart) {
            double sum = this.sum + value * since.toSeconds();
            long seconds = sinceStart.toSeconds();
            return new Series(
                    value, sum, seconds > 0 ? sum / seconds : value, Math.max(peak, value));
        }
    }

    /**
     * A reading of a running program.
     *
     * @param startedAt of its job
     */
    public record Reading(
            String program,
            Duration processorTime,
            long memoryBytes,
            Instant startedAt,
            Instant at) {}

    /** What the first reading of a program says. */
    public static JobMetrics first(Reading reading) {
        return new JobMetrics(
                        reading.program(),
                        reading.startedAt(),
                        Duration.ZERO,
                        Series.NONE,
                        Series.NONE)
                .after(reading);
    }

    /** These metrics with one reading more; the same if no time has passed. */
    public JobMetrics after(Reading reading) {
        if (!reading.program().equals(program)) {
            return first(reading);
        }
        Duration since = Duration.between(measuredAt, reading.at());
        if (!since.isPositive()) {
            return this;
        }
        Duration used = reading.processorTime().minus(processorTime);
        Duration sinceStart = Duration.between(reading.startedAt(), reading.at());
        return new JobMetrics(
                program,
                reading.at(),
                reading.processorTime(),
                processor.with(percent(used, since), since, sinceStart),
                memory.with(reading.memoryBytes() / MEBIBYTE, since, sinceStart));
    }

    private static double percent(Duration used, Duration since) {
        return Math.max(0, PERCENT * used.toNanos() / since.toNanos());
    }
}
