package org.securebackend.runner.outputs;

import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.Verdict;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.outputs.Outputs.Publication;
import org.securebackend.runner.outputs.storage.Copying;
import org.securebackend.runner.outputs.storage.Copying.Copied;
import org.securebackend.runner.outputs.storage.FileFacts;
import org.securebackend.runner.outputs.storage.SideBySide;
import org.securebackend.runner.outputs.storage.Storage;
import org.securebackend.runner.outputs.storage.StoragePath;
import org.securebackend.runner.pipeline.PrivacyLevel;

/**
 * Puts a job's files in place. Order: what must leave level 4, what is obsolete, high storage,
 * level 4, manifest. Every step asks what is there and can be made again, so that a repeat after a
 * break anywhere ends the same.
 */
final class Publisher {
    private final Storage high;
    private final Storage medium;
    private final MetadataFiles metadata;
    private final WorkspaceLocks locks;
    private final Clock clock;

    Publisher(Storage high, Storage medium, MetadataFiles metadata, Clock clock) {
        this.high = high;
        this.medium = medium;
        this.metadata = metadata;
        this.locks = new WorkspaceLocks(high);
        this.clock = clock;
    }

    void publish(Publication publication) throws IOException {
        requireSuccess(publication.job());
        WorkspaceName workspace = publication.job().work().workspace();
        try (var _ = locks.hold(workspace)) {
            Manifest manifest = metadata.manifest(workspace);
            withdraw(publication, workspace, manifest);
            placeInHigh(publication, workspace);
            update(manifest, publication);
            placeInMedium(publication, workspace, manifest);
            metadata.save(workspace, manifest);
        }
        high.deleteTree(Places.staged(publication.job().id()));
    }

    private static void update(Manifest manifest, Publication publication) {
        obsolete(publication).forEach(file -> manifest.remove(file.path()));
        publication.results().outputs().forEach(file -> manifest.put(publication.job(), file));
    }

    private static void requireSuccess(Job job) {
        boolean succeeded =
                job.state() instanceof JobState.Succeeded
                        || (job.state() instanceof JobState.Publishing(_, var verdict)
                                && verdict instanceof Verdict.Success);
        if (!succeeded) {
            throw new IllegalArgumentException(
                    "job %s did not succeed, nothing of it is published".formatted(job.id()));
        }
    }

    private static List<OutputFile> obsolete(Publication publication) {
        Set<String> made =
                publication.results().outputs().stream().map(OutputFile::path).collect(toSet());
        return publication.before().stream().filter(file -> !made.contains(file.path())).toList();
    }

    /** Written down first, so that a break in between forgets nobody. */
    private void withdraw(Publication publication, WorkspaceName workspace, Manifest manifest)
            throws IOException {
        List<OutputFile> obsolete = obsolete(publication);
        List<Withdrawal> leaving = leaving(publication, obsolete, manifest);
        metadata.record(workspace, leaving);
        List<StoragePath> fromMedium =
                leaving.stream().map(file -> Places.output(workspace, file.path())).toList();
        List<StoragePath> fromHigh =
                obsolete.stream().map(file -> Places.output(workspace, file.path())).toList();
        List<OutputFile> withoutMessage =
                Stream.concat(
                                obsolete.stream(),
                                publication.results().outputs().stream()
                                        .filter(file -> file.notReleased().isEmpty()))
                        .toList();
        remove(medium, fromMedium);
        remove(
                medium,
                medium.batch(storage -> messages(workspace, withoutMessage, manifest, storage)));
        remove(high, fromHigh);
        // Also if nothing was there: an earlier try may have been cut off just before this.
        medium.deleteEmptyFolders(
                withoutMessage.stream().map(file -> Places.output(workspace, file.path())).toList(),
                Places.WORKSPACE_PARTS);
    }

    /** Those of the messages about these files that are there. */
    private static List<StoragePath> messages(
            WorkspaceName workspace, List<OutputFile> files, Manifest manifest, Storage storage)
            throws IOException {
        var messages = new ArrayList<StoragePath>();
        for (OutputFile file : files) {
            StoragePath place = Places.message(workspace, file.path());
            if (!manifest.releases(Places.messageName(file.path()))
                    && (manifest.excludes(file.path()) || isMessage(place, storage))) {
                messages.add(place);
            }
        }
        return messages;
    }

    private List<Withdrawal> leaving(
            Publication publication, List<OutputFile> obsolete, Manifest manifest)
            throws IOException {
        Job job = publication.job();
        var leaving = new ArrayList<Withdrawal>();
        for (OutputFile file : obsolete) {
            if (isInMedium(job, file.path(), manifest)) {
                leaving.add(
                        new Withdrawal(
                                file.path(),
                                Withdrawal.Cause.NOT_MADE_AGAIN,
                                job,
                                clock.instant()));
            }
        }
        for (OutputFile file : publication.results().outputs()) {
            if (!file.isReleased() && isInMedium(job, file.path(), manifest)) {
                leaving.add(new Withdrawal(file.path(), cause(file), job, clock.instant()));
            }
        }
        return leaving;
    }

    private static Withdrawal.Cause cause(OutputFile file) {
        return file.level() == PrivacyLevel.MODERATELY_SENSITIVE
                ? Withdrawal.Cause.NOT_RELEASED
                : Withdrawal.Cause.OTHER_LEVEL;
    }

    /** A message about another file is no output, even if an output could have its name. */
    private boolean isInMedium(Job job, String path, Manifest manifest) throws IOException {
        StoragePath place = Places.output(job.work().workspace(), path);
        return medium.exists(place) && (manifest.releases(path) || !isMessage(place, medium));
    }

    private void placeInHigh(Publication publication, WorkspaceName workspace) throws IOException {
        List<OutputFile> files = publication.results().outputs();
        high.batch(storage -> {
            SideBySide.each(files, file -> placeInHigh(publication.job(), file, storage));
            storage.sync(
                    files.stream().map(file -> Places.output(workspace, file.path())).toList());
            return files;
        });
    }

    private void placeInHigh(Job job, OutputFile file, Storage storage) throws IOException {
        StoragePath place = Places.output(job.work().workspace(), file.path());
        for (StoragePath staged :
                List.of(
                        Places.copied(job.id(), file.path()),
                        Places.moved(job.id(), file.path()))) {
            if (storage.facts(staged).filter(facts -> facts.bytes() == file.bytes()).isPresent()) {
                storage.move(staged, place);
                return;
            }
        }
        requireDone(place, file);
    }

    /** The staged file is gone: then an earlier try must have put it in place. */
    private void requireDone(StoragePath place, OutputFile file) throws IOException {
        Optional<FileFacts> facts = high.facts(place);
        boolean done =
                facts.filter(found -> found.bytes() == file.bytes()).isPresent()
                        && (facts.get().modifiedAt().equals(file.modifiedAt())
                                || hash(place, file.bytes()).equals(file.sha256()));
        if (!done) {
            throw new IOException(
                    "neither the staged nor the published file is the one that was collected: "
                            + place);
        }
    }

    private String hash(StoragePath place, long mostBytes) throws IOException {
        try (FileChannel file = high.read(place)) {
            return Copying.hash(file, mostBytes);
        }
    }

    private void placeInMedium(Publication publication, WorkspaceName workspace, Manifest manifest)
            throws IOException {
        List<OutputFile> files = publication.results().outputs();
        List<OutputFile> excluded =
                files.stream().filter(file -> file.notReleased().isPresent()).toList();
        List<OutputFile> released = files.stream().filter(OutputFile::isReleased).toList();
        medium.batch(storage -> {
            SideBySide.each(excluded, file -> placeMessage(workspace, file, manifest));
            high.batch(source -> {
                SideBySide.each(
                        released,
                        file ->
                                release(
                                        Places.output(workspace, file.path()),
                                        file,
                                        new Way(source, storage)));
                return released;
            });
            storage.sync(
                    Stream.concat(excluded.stream(), released.stream())
                            .map(file -> Places.output(workspace, file.path()))
                            .toList());
            return files;
        });
    }

    /** From one storage into the other. */
    private record Way(Storage from, Storage to) {}

    private void placeMessage(WorkspaceName workspace, OutputFile file, Manifest manifest)
            throws IOException {
        StoragePath place = Places.message(workspace, file.path());
        boolean free =
                !manifest.releases(Places.messageName(file.path()))
                        && (manifest.excludes(file.path())
                                || !medium.exists(place)
                                || isMessage(place, medium));
        if (free) {
            byte[] text = ExclusionMessage.about(file).getBytes(StandardCharsets.UTF_8);
            medium.writeUnnamed(place, target -> Copying.writeFully(target, text));
        }
    }

    private static boolean isMessage(StoragePath place, Storage medium) throws IOException {
        if (medium.facts(place).isEmpty()) {
            return false;
        }
        byte[] expected = ExclusionMessage.FIRST_LINE.getBytes(StandardCharsets.UTF_8);
        try (InputStream bytes = Channels.newInputStream(medium.read(place))) {
            return Arrays.equals(bytes.readNBytes(expected.length), expected);
        }
    }

    /** What is released are the bytes that were checked, or nothing. */
    private static void release(StoragePath place, OutputFile file, Way way) throws IOException {
        try (FileChannel source = way.from().read(place)) {
            way.to()
                    .writeUnnamed(
                            place,
                            target -> {
                                Copied copied =
                                        Copying.copy(
                                                source, target, file.bytes(), Copying.Holes.WRITE);
                                if (!copied.sha256().equals(file.sha256())) {
                                    throw new IOException(
                                            "not the file that was checked, so not released: "
                                                    + place);
                                }
                            });
        }
    }

    private static void remove(Storage storage, List<StoragePath> places) throws IOException {
        SideBySide.each(places, storage::deleteUnsynced);
        storage.sync(places);
        storage.deleteEmptyFolders(places, Places.WORKSPACE_PARTS);
    }
}
