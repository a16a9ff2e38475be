package org.securebackend.runner.outputs;

import java.nio.file.Path;
import java.time.ZoneId;
import org.securebackend.runner.outputs.log.LogLimits;
import org.securebackend.runner.outputs.log.Secrets;
import org.securebackend.runner.outputs.release.ReleasePolicy;
import org.securebackend.runner.outputs.storage.StorageModes;

/**
 * How outputs are kept.
 *
 * @param high base of the high privacy storage; exists
 * @param medium base of the medium privacy storage (level 4); exists
 * @param logs what happens to logs
 */
public record OutputsSettings(
        Path high,
        Path medium,
        StorageModes modes,
        CollectLimits limits,
        ReleasePolicy policy,
        Logs logs) {

    /**
     * What happens to logs.
     *
     * @param level4 whether users find a job's log in medium storage too
     * @param secrets masked wherever they turn up
     * @param zone its months name the folders of logs
     */
    public record Logs(LogLimits limits, Level4Logs level4, Secrets secrets, ZoneId zone) {}

    /** Whether logs go to level 4. */
    public enum Level4Logs {
        SHOWN,
        WITHHELD
    }

    /** Everything as it usually is. */
    public static OutputsSettings standard(Path high, Path medium, Secrets secrets) {
        return new OutputsSettings(
                high,
                medium,
                StorageModes.standard(),
                CollectLimits.standard(),
                ReleasePolicy.standard(),
                new Logs(LogLimits.standard(), Level4Logs.SHOWN, secrets, ZoneId.systemDefault()));
    }
}
