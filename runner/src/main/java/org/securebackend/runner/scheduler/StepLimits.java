package org.securebackend.runner.scheduler;

import java.time.Duration;
import org.securebackend.runner.job.StepKind;

/**
 * How long things may take.
 *
 * @param troublePatience how long a job waits for trouble that can pass before it fails
 * @param engineSilence without a sign of life a step that asks the engine is stuck
 * @param copySilence the same for a step that copies files
 * @param programs how long a job's program may run
 */
public record StepLimits(
        Duration troublePatience,
        Duration engineSilence,
        Duration copySilence,
        TimeLimit programs) {
    public static final StepLimits USUAL =
            new StepLimits(
                    Duration.ofDays(3),
                    Duration.ofMinutes(20),
                    Duration.ofHours(1),
                    TimeLimit.NONE);

    Duration silence(StepKind kind) {
        return switch (kind) {
            case START, FIND, STOP, TIDY -> engineSilence;
            case PREPARE, COLLECT, PUBLISH -> copySilence;
        };
    }
}
