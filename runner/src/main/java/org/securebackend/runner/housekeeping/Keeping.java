package org.securebackend.runner.housekeeping;

import java.time.Duration;
import java.util.Optional;

/**
 * How long is kept what is not kept for ever.
 *
 * @param failedOutputs outputs of jobs that did not succeed
 * @param logs the logs of a month, from its end on; empty: for ever
 * @param broken program and workspace of a job that the platform failed
 */
public record Keeping(Duration failedOutputs, Optional<Duration> logs, Duration broken) {}
