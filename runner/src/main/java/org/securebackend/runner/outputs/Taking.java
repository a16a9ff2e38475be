package org.securebackend.runner.outputs;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;
import java.util.function.Consumer;
import org.securebackend.runner.executor.EntryContent;
import org.securebackend.runner.executor.WorkspaceEntry;
import org.securebackend.runner.job.CheckResult.Check;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.outputs.Collector.Rules;
import org.securebackend.runner.outputs.release.ReleaseCheck.Finding;
import org.securebackend.runner.outputs.storage.Copying;
import org.securebackend.runner.outputs.storage.Copying.Copied;
import org.securebackend.runner.outputs.storage.Crew;
import org.securebackend.runner.outputs.storage.FileFacts;
import org.securebackend.runner.outputs.storage.Storage;
import org.securebackend.runner.outputs.storage.StoragePath;
import org.securebackend.runner.pipeline.PrivacyLevel;

/**
 * Brings files of one job into the storage: a large one that is never released is moved where that
 * is possible, and hashed where it lies; every other one is copied and hashed on the way, and what
 * may be released is checked by the copy. What is taken is on the disk, its name apart. One thread
 * begins, several may finish.
 */
final class Taking {
    /** Copying less takes no longer than moving it and making it ours. */
    static final long WORTH_MOVING_BYTES = 1 << 20;

    private static final String HOLDS_CREDENTIAL = "File holds a credential of the backend";

    private final JobId job;
    private final Storage high;
    private final Rules rules;
    private final FreeSpace space;

    Taking(JobId job, Storage high, Rules rules) {
        this.job = job;
        this.high = high;
        this.rules = rules;
        this.space = new FreeSpace(high, rules.limits().reservedBytes());
    }

    /** A file that is to be taken. */
    record Wanted(WorkspaceEntry entry, EntryContent content, PrivacyLevel level) {

        /** What may be released is never moved: somebody could still have it open for writing. */
        boolean isMovable() {
            return entry.bytes() >= WORTH_MOVING_BYTES
                    && switch (level) {
                        case HIGHLY_SENSITIVE, MINIMALLY_SENSITIVE -> true;
                        case MODERATELY_SENSITIVE -> false;
                    };
        }

        String path() {
            return entry.path();
        }
    }

    /** What became of it. */
    sealed interface Outcome {
        record Taken(OutputFile file) implements Outcome {}

        record Refused(String why) implements Outcome {}

        /** It is not, or no longer, what was shown. */
        static Outcome changed() {
            return new Refused("it changed while it was collected");
        }
    }

    /** Does what needs the workspace; another thread may do the rest. */
    Crew.Work begin(Wanted wanted, Consumer<Outcome> report) throws IOException {
        return wanted.isMovable() ? beginMove(wanted, report) : beginCopy(wanted, report);
    }

    private Crew.Work beginMove(Wanted wanted, Consumer<Outcome> report) throws IOException {
        StoragePath place = Places.moved(job, wanted.path());
        return switch (high.takeIn(place, wanted.content()::moveTo)) {
            case CAME -> () -> report.accept(hashWhereItLies(wanted, place));
            case STAYED -> beginCopy(wanted, report);
            case REFUSED -> () -> report.accept(Outcome.changed());
        };
    }

    private Outcome hashWhereItLies(Wanted wanted, StoragePath place) throws IOException {
        return taken(wanted, place, high.hashAndSync(place, wanted.entry().bytes()));
    }

    private Crew.Work beginCopy(Wanted wanted, Consumer<Outcome> report) throws IOException {
        space.grant(wanted.entry().storedBytes());
        ReadableByteChannel source;
        try {
            source = wanted.content().open();
        } catch (ClosedByInterruptException | InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            space.written(wanted.entry().storedBytes());
            return () -> report.accept(new Outcome.Refused("it could not be opened"));
        }
        if (source instanceof FileChannel) {
            return () -> report.accept(copy(wanted, source));
        }
        Outcome outcome = copy(wanted, source);
        return () -> report.accept(outcome);
    }

    private Outcome copy(Wanted wanted, ReadableByteChannel source) throws IOException {
        StoragePath place = Places.copied(job, wanted.path());
        Copied copied;
        try (source;
                FileChannel target = high.create(place)) {
            copied = Copying.copy(source, target, wanted.entry().bytes(), Copying.Holes.KEEP);
            high.sync(place, target);
        } finally {
            space.written(wanted.entry().storedBytes());
        }
        return taken(wanted, place, copied);
    }

    private Outcome taken(Wanted wanted, StoragePath place, Copied copied) throws IOException {
        FileFacts facts =
                high.facts(place)
                        .orElseThrow(() -> new IOException("a staged file vanished: " + place));
        long bytes = wanted.entry().bytes();
        if (copied.bytes() != bytes || facts.bytes() != bytes) {
            high.delete(place);
            return Outcome.changed();
        }
        Finding finding = check(wanted, place);
        return new Outcome.Taken(
                new OutputFile(
                        wanted.path(),
                        wanted.level(),
                        bytes,
                        copied.sha256(),
                        facts.modifiedAt(),
                        finding.shortReason(),
                        finding.rows(),
                        finding.columns(),
                        finding.checks()));
    }

    private Finding check(Wanted wanted, StoragePath place) throws IOException {
        return switch (wanted.level()) {
            case MODERATELY_SENSITIVE -> moderate(wanted.path(), place);
            case HIGHLY_SENSITIVE, MINIMALLY_SENSITIVE -> Finding.notMade();
        };
    }

    private Finding moderate(String path, StoragePath place) throws IOException {
        Finding finding = rules.check().check(path, () -> high.read(place));
        // One that stays out anyway may be of any size.
        if (finding.reasons().isEmpty()) {
            try (InputStream bytes = Channels.newInputStream(high.read(place))) {
                return finding.with(
                        Check.CREDENTIALS,
                        rules.secrets().areIn(bytes)
                                ? Optional.of(HOLDS_CREDENTIAL)
                                : Optional.empty());
            }
        }
        return finding;
    }
}
