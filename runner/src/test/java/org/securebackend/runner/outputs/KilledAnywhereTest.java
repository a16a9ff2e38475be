package org.securebackend.runner.outputs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.outputs.Outputs.Leavings;
import org.securebackend.runner.outputs.Outputs.Publication;
import org.securebackend.runner.outputs.storage.Steps;

/**
 * The power goes before any change of the storages while a job's files are collected and published.
 * As long as nothing was said to be done, the old files are there; a repeat ends as if nothing had
 * happened.
 */
class KilledAnywhereTest {
    private static final String GOOD = "n\n1\n";
    private static final String BAD = "patient_id\n1\n";

    @TempDir(factory = MemoryFolder.class)
    Path folder;

    /** Lets so many changes happen and none after them. */
    private static final class Kill implements Steps {
        private final int most;
        private final AtomicInteger steps = new AtomicInteger();

        Kill(int most) {
            this.most = most;
        }

        @Override
        public void before(String step) throws IOException {
            if (steps.getAndIncrement() >= most) {
                throw new IOException("killed before: " + step);
            }
        }

        boolean hasStruck() {
            return steps.get() > most;
        }
    }

    /** One backend with the files of an earlier run, and what the next job left. */
    private final class Scene {
        private final Stores stores;
        private final FolderWorkspace workspace;
        private final List<OutputFile> before;
        private final Job job =
                Jobs.job("r2", "mo:*", "hi:same/*", "mo:new/*/*", "hi:large/*", "hi:twin/*");
        // What the store would keep.
        private Optional<JobResults> saved = Optional.empty();

        Scene(String name) throws IOException {
            stores = Stores.in(folder.resolve(name));
            publishAll(
                    Jobs.jobOf("pour", "r0", "mo:keep/*"),
                    new FolderWorkspace(folder.resolve(name + "/job0")).with("keep/k.csv", GOOD));
            before =
                    publishAll(
                            Jobs.job("r1", "mo:*/*", "mo:*"),
                            new FolderWorkspace(folder.resolve(name + "/job1"))
                                    .with("old/a.csv", GOOD)
                                    .with("old/bad.csv", BAD)
                                    .with("same/b.csv", GOOD)
                                    .with("turns.csv", GOOD)
                                    .with("turns.csv.txt", "real")
                                    .with("good.csv", BAD));
            workspace =
                    new FolderWorkspace(folder.resolve(name + "/job2"))
                            .with("same/b.csv", GOOD)
                            .with("turns.csv", BAD)
                            .with("good.csv", GOOD)
                            .with("new/deep/c.csv", GOOD)
                            .withLarge("large/a.bin", 1)
                            .withLarge("large/b.bin", 2)
                            .withLarge("twin/T.bin", 3)
                            .withLarge("twin/t.bin", 4);
        }

        private List<OutputFile> publishAll(Job earlier, FolderWorkspace left) throws IOException {
            JobResults results = stores.outputs().collect(leavings(earlier), left);
            stores.outputs().publish(new Publication(earlier, results, List.of()));
            return results.outputs();
        }

        private Leavings leavings(Job left) {
            return new Leavings(left, List.of(), Instant.EPOCH);
        }

        /** As the daemon does it, from where it was left. */
        void run(Steps steps) throws IOException {
            var outputs = new FileOutputs(stores.settings(), stores.records(), Stores.CLOCK, steps);
            if (saved.isEmpty()) {
                saved = Optional.of(outputs.collect(leavings(job), workspace));
            }
            outputs.publish(new Publication(job, saved.get(), before));
        }

        /** Whether it was killed. */
        boolean runUntil(Kill kill) {
            try {
                run(kill);
                return false;
            } catch (IOException e) {
                assertThat(kill.hasStruck()).as("%s", e).isTrue();
                return true;
            }
        }

        SortedMap<String, String> published() throws IOException {
            var published = new TreeMap<String, String>();
            for (Map.Entry<String, String> entry : stores.tree().entrySet()) {
                if (entry.getKey().contains("/workspaces/")) {
                    published.put(entry.getKey(), entry.getValue());
                }
            }
            return published;
        }
    }

    @Test
    void repeatEndsAsIfNothingHadHappened() throws IOException {
        var undisturbed = new Scene("undisturbed");
        SortedMap<String, String> old = undisturbed.published();
        undisturbed.run(Steps.FREE);
        SortedMap<String, String> end = undisturbed.stores.tree();
        requireNewSet(end);

        int kills = 0;
        for (boolean killed = true; killed; kills++) {
            var scene = new Scene("try" + kills);
            killed = scene.runUntil(new Kill(kills));
            if (scene.saved.isEmpty()) {
                assertThat(scene.published())
                        .as("killed before change %d, while collecting", kills)
                        .containsExactlyEntriesOf(old);
            }
            requireNothingUnchecked(scene.stores);
            // And once more, at the same place of the repeat.
            scene.runUntil(new Kill(kills));
            scene.run(Steps.FREE);
            assertThat(scene.stores.tree())
                    .as("killed before change %d", kills)
                    .containsExactlyEntriesOf(end);
        }
        assertThat(kills).isGreaterThan(60);
    }

    private static void requireNewSet(SortedMap<String, String> end) {
        assertThat(end.keySet())
                .contains(
                        "high/workspaces/tea/large/a.bin",
                        "high/workspaces/tea/large/b.bin",
                        "high/workspaces/tea/same/b.csv",
                        "medium/workspaces/tea/good.csv",
                        "medium/workspaces/tea/keep/k.csv",
                        "medium/workspaces/tea/new/deep/c.csv",
                        "medium/workspaces/tea/turns.csv.txt")
                .doesNotContain(
                        "medium/workspaces/tea/turns.csv",
                        "medium/workspaces/tea/same/b.csv",
                        "medium/workspaces/tea/good.csv.txt")
                .noneMatch(path -> path.contains("old/") || path.contains("twin"))
                .noneMatch(path -> path.matches("high/.staging/[a-z0-9]{16}.*"));
        assertThat(end.get("medium/workspaces/tea/metadata/withdrawn.json"))
                .contains("old/a.csv", "same/b.csv", "\"turns.csv\"", "turns.csv.txt");
        assertThat(end.get("medium/workspaces/tea/metadata/manifest.json"))
                .contains("keep/k.csv", "large/a.bin")
                .doesNotContain("old/", "twin/");
    }

    private static void requireNothingUnchecked(Stores stores) throws IOException {
        assertThat(stores.tree().entrySet())
                .filteredOn(file -> file.getKey().startsWith("medium/workspaces"))
                .noneMatch(file -> file.getValue().contains("patient_id\n1"));
    }

    @Test
    void filesOfAFailedJobAreKeptAsideWholeAfterARepeat() throws IOException {
        var ends = new ArrayList<SortedMap<String, String>>();
        boolean killed = true;
        for (int at = 0; killed; at++) {
            var scene = new Scene("failed" + at);
            Job failed = Jobs.failing(scene.job);
            scene.stores.outputs().collect(scene.leavings(failed), scene.workspace);
            killed = false;
            try {
                new FileOutputs(
                                scene.stores.settings(),
                                scene.stores.records(),
                                Stores.CLOCK,
                                new Kill(at))
                        .keepAside(failed);
            } catch (IOException e) {
                killed = true;
            }
            scene.stores.outputs().keepAside(failed);
            ends.add(scene.stores.tree());
        }
        assertThat(ends.size()).isGreaterThan(10);
        String kept = "high/failed/" + Jobs.job("r2").id() + "/";
        assertThat(ends.getLast())
                .containsKeys(kept + "large/a.bin", kept + "new/deep/c.csv", kept + "turns.csv");
        assertThat(ends).allSatisfy(end -> assertThat(end).isEqualTo(ends.getLast()));
    }

    @Test
    void discardedFilesAreGoneAfterARepeat() throws IOException {
        boolean killed = true;
        for (int at = 0; killed; at++) {
            var scene = new Scene("discarded" + at);
            SortedMap<String, String> old = scene.published();
            scene.stores.outputs().collect(scene.leavings(scene.job), scene.workspace);
            killed = false;
            try {
                new FileOutputs(
                                scene.stores.settings(),
                                scene.stores.records(),
                                Stores.CLOCK,
                                new Kill(at))
                        .discard(scene.job.id());
            } catch (IOException e) {
                killed = true;
            }
            scene.stores.outputs().discard(scene.job.id());
            assertThat(scene.published()).isEqualTo(old);
            assertThat(Files.exists(scene.stores.high().resolve(".staging/" + scene.job.id())))
                    .isFalse();
        }
    }
}
