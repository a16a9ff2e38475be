package org.securebackend.runner.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Guards against a check or an export whose cost explodes; bounds are wide on purpose. */
class SourceTimingTest {
    private static final String STUDY = TestSettings.STUDIES + "/study";

    private static final Logger LOG = LoggerFactory.getLogger(SourceTimingTest.class);

    @TempDir private Path folder;

    @Test
    void thousandFilesTakeNoTime() throws IOException {
        TestRepository study = TestRepository.create(folder, "study");
        for (int i = 0; i < 1_000; i++) {
            study.write(
                    "folder%d/file%d.txt".formatted(i % 40, i), ("line " + i + "\n").repeat(200));
        }
        String commit = study.commit();
        study.push("main");
        var settings = TestSettings.at(folder.resolve("cache"), "file://" + folder);
        var source = new GitStudySource(settings);

        Duration cold = timed(() -> source.checkStudy(STUDY, "main", commit));
        var checks = new ArrayList<Duration>();
        var exports = new ArrayList<Duration>();
        for (int i = 0; i < 20; i++) {
            checks.add(timed(() -> source.checkStudy(STUDY, "main", commit)));
            exports.add(timed(() -> export(source, commit)));
        }

        LOG.info(
                "1000 files: cold {} ms, cached check {} ms, export {} ms",
                cold.toMillis(),
                median(checks).toMillis(),
                median(exports).toMillis());
        assertThat(median(checks)).isLessThan(Duration.ofSeconds(2));
        assertThat(median(exports)).isLessThan(Duration.ofSeconds(3));
    }

    private static void export(GitStudySource source, String commit) throws IOException {
        var sink = new RecordingSink();
        source.export(
                new org.securebackend.runner.job.CodeLocation(
                        STUDY, new org.securebackend.runner.job.CommitId(commit)),
                sink);
        assertThat(sink.shown).hasSize(1_040);
    }

    private interface Step {
        void run() throws IOException;
    }

    private static Duration timed(Step step) throws IOException {
        long start = System.nanoTime();
        step.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static Duration median(List<Duration> all) {
        return all.stream().sorted().skip(all.size() / 2).findFirst().orElseThrow();
    }
}
