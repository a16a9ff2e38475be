package org.securebackend.runner.executor;

import java.time.Duration;

/**
 * What a running program has used, as its executor counts it.
 *
 * @param program identifies this very run of it: another run has another one
 * @param processorTime of all processors together, since it started
 * @param memoryBytes in use now, without what the system only caches for it
 */
public record UsageReading(String program, Duration processorTime, long memoryBytes) {}
