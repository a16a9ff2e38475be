package org.securebackend.runner.outputs;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.FileSystemException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.securebackend.runner.executor.EntryContent;
import org.securebackend.runner.executor.JobWorkspace.EntryVisitor;
import org.securebackend.runner.executor.WorkspaceEntry;
import org.securebackend.runner.job.CheckResult.Check;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.JobResults.NotCollected;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.outputs.Outputs.Leavings;
import org.securebackend.runner.outputs.log.Secrets;
import org.securebackend.runner.outputs.matching.OutputMatcher;
import org.securebackend.runner.outputs.matching.OutputMatcher.Match;
import org.securebackend.runner.outputs.matching.OutputNames;
import org.securebackend.runner.outputs.release.ReleaseCheck;
import org.securebackend.runner.outputs.release.ReleaseCheck.Finding;
import org.securebackend.runner.outputs.storage.Copying;
import org.securebackend.runner.outputs.storage.Copying.Copied;
import org.securebackend.runner.outputs.storage.FileFacts;
import org.securebackend.runner.outputs.storage.Storage;
import org.securebackend.runner.outputs.storage.StoragePath;
import org.securebackend.runner.pipeline.OutputPattern;
import org.securebackend.runner.pipeline.PrivacyLevel;

/**
 * One look through one job's workspace: copies what its patterns name into the staging folder and
 * checks the copies. Used by one thread, once.
 */
final class Collector implements EntryVisitor {
    private static final String SAME_BUT_FOR_CASE =
            "its name differs from another output's only in letter case";

    private static final String HOLDS_CREDENTIAL = "File holds a credential of the backend";

    private final Job job;
    private final Inputs inputs;
    private final Instant newerThan;
    private final Storage high;
    private final CollectLimits limits;
    private final ReleaseCheck check;
    private final Secrets secrets;
    private final OutputMatcher matcher;

    private final Set<OutputPattern> matched = new HashSet<>();
    private final Map<String, Taken> taken = new TreeMap<>();
    private final Map<String, String> pathsByFold = new HashMap<>();
    private final Set<String> twins = new HashSet<>();
    private final BoundedList<String> unmatchedFiles;
    private final BoundedList<NotCollected> notCollected;
    private long totalBytes;
    private long spaceLeftBytes;

    private record Taken(OutputFile file, Match match) {}

    /** What may be collected, and what of that released. */
    record Rules(CollectLimits limits, ReleaseCheck check, Secrets secrets) {}

    Collector(Leavings leavings, Storage high, Rules rules) {
        this.job = leavings.job();
        this.inputs = new Inputs(leavings.inputs());
        this.newerThan = leavings.newerThan();
        this.high = high;
        this.limits = rules.limits();
        this.check = rules.check();
        this.secrets = rules.secrets();
        this.matcher = new OutputMatcher(job.work().outputs());
        this.unmatchedFiles = BoundedList.ofTexts(limits.listed());
        this.notCollected = new BoundedList<>(limits.listed(), NotCollected::path);
    }

    @Override
    public void entry(WorkspaceEntry entry, EntryContent content) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("collecting was interrupted");
        }
        switch (entry.kind()) {
            case DIRECTORY -> {
                // What it holds is shown by itself.
            }
            case REGULAR, SYMLINK, OTHER -> {
                Optional<Match> match = matcher.match(entry.path());
                if (match.isPresent()) {
                    consider(entry, content, match.get());
                } else if (entry.kind() == WorkspaceEntry.Kind.REGULAR) {
                    rememberUnmatched(entry);
                }
            }
        }
    }

    private void rememberUnmatched(WorkspaceEntry entry) {
        if (entry.modifiedAt().isAfter(newerThan)) {
            unmatchedFiles.add(shown(entry.path()));
        }
    }

    /** As it may stand in results, which are kept and shown in more places than the log. */
    private String shown(String path) {
        return OutputNames.printable(secrets.masked(path));
    }

    private void consider(WorkspaceEntry entry, EntryContent content, Match match)
            throws IOException {
        if (entry.kind() == WorkspaceEntry.Kind.REGULAR && inputs.isUntouched(entry, content)) {
            matched.addAll(match.patterns());
            return;
        }
        Optional<String> refusal = refusal(entry);
        if (refusal.isPresent()) {
            refuse(entry.path(), refusal.get());
            return;
        }
        requireSpace(entry);
        take(entry, content, match);
    }

    private Optional<String> refusal(WorkspaceEntry entry) {
        return switch (entry.kind()) {
            case DIRECTORY -> Optional.of("a folder");
            case SYMLINK -> Optional.of("a symbolic link");
            case OTHER -> Optional.of("not a regular file");
            case REGULAR -> {
                if (entry.links() != 1) {
                    yield Optional.of("a file with several names (hard links)");
                }
                if (secrets.areIn(entry.path())) {
                    yield Optional.of("a name with a credential of the backend in it");
                }
                yield OutputNames.problem(entry.path(), limits.names())
                        .or(() -> twin(entry.path()))
                        .or(() -> beyondLimits(entry));
            }
        };
    }

    /** Which of two such files is meant cannot be known, so neither is. */
    private Optional<String> twin(String path) {
        String first = pathsByFold.putIfAbsent(OutputNames.fold(path), path);
        if (first == null) {
            return Optional.empty();
        }
        twins.add(first);
        return Optional.of(SAME_BUT_FOR_CASE);
    }

    private Optional<String> beyondLimits(WorkspaceEntry entry) {
        if (entry.bytes() > limits.fileBytes()) {
            return Optional.of("larger than %d bytes".formatted(limits.fileBytes()));
        }
        if (taken.size() >= limits.files()) {
            return Optional.of("the job left more than %d outputs".formatted(limits.files()));
        }
        if (totalBytes + entry.bytes() > limits.totalBytes()) {
            return Optional.of(
                    "the job's outputs together are larger than %d bytes"
                            .formatted(limits.totalBytes()));
        }
        return Optional.empty();
    }

    private void requireSpace(WorkspaceEntry entry) throws IOException {
        spaceLeftBytes -= entry.storedBytes();
        if (spaceLeftBytes >= limits.reservedBytes()) {
            return;
        }
        // Asking is slow, so it is done only when what was left the last time is used up.
        spaceLeftBytes = high.usableBytes() - entry.storedBytes();
        if (spaceLeftBytes < limits.reservedBytes()) {
            throw new FileSystemException(
                    "high storage", null, "no space left for the job's outputs");
        }
    }

    private void refuse(String path, String why) {
        notCollected.add(new NotCollected(shown(path), why));
    }

    private void take(WorkspaceEntry entry, EntryContent content, Match match) throws IOException {
        StoragePath place = Places.staged(job.id(), entry.path());
        Optional<Copied> copied = copy(entry, content, place);
        if (copied.isEmpty()) {
            return;
        }
        FileFacts facts =
                high.facts(place)
                        .orElseThrow(() -> new IOException("a staged file vanished: " + place));
        if (copied.get().bytes() != entry.bytes() || facts.bytes() != entry.bytes()) {
            high.delete(place);
            refuse(entry.path(), "it changed while it was copied");
            return;
        }
        Finding finding = check(entry.path(), match.level(), place);
        totalBytes += entry.bytes();
        taken.put(
                entry.path(),
                new Taken(
                        new OutputFile(
                                entry.path(),
                                match.level(),
                                entry.bytes(),
                                copied.get().sha256(),
                                facts.modifiedAt(),
                                finding.shortReason(),
                                finding.rows(),
                                finding.columns(),
                                finding.checks()),
                        match));
    }

    private Optional<Copied> copy(WorkspaceEntry entry, EntryContent content, StoragePath place)
            throws IOException {
        ReadableByteChannel source;
        try {
            source = content.open();
        } catch (ClosedByInterruptException | InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            refuse(entry.path(), "it could not be opened");
            return Optional.empty();
        }
        try (source;
                FileChannel target = high.create(place)) {
            return Optional.of(Copying.copy(source, target, entry.bytes(), Copying.Holes.KEEP));
        }
    }

    private Finding check(String path, PrivacyLevel level, StoragePath place) throws IOException {
        return switch (level) {
            case MODERATELY_SENSITIVE -> moderate(path, place);
            case HIGHLY_SENSITIVE, MINIMALLY_SENSITIVE -> Finding.notMade();
        };
    }

    private Finding moderate(String path, StoragePath place) throws IOException {
        Finding finding = check.check(path, () -> high.read(place));
        // One that stays out anyway may be of any size.
        if (finding.reasons().isEmpty()) {
            try (InputStream bytes = Channels.newInputStream(high.read(place))) {
                return finding.with(
                        Check.CREDENTIALS,
                        secrets.areIn(bytes) ? Optional.of(HOLDS_CREDENTIAL) : Optional.empty());
            }
        }
        return finding;
    }

    /** What was found. Takes back the first of files whose names differ only in letter case. */
    JobResults results() throws IOException {
        dropTwins();
        return new JobResults(
                taken.values().stream().map(Taken::file).toList(),
                unmatchedPatterns(),
                unmatchedFiles.sorted(),
                notCollected.sorted(),
                notes());
    }

    private void dropTwins() throws IOException {
        for (String first : twins) {
            if (taken.remove(first) != null) {
                high.delete(Places.staged(job.id(), first));
                refuse(first, SAME_BUT_FOR_CASE);
            }
        }
    }

    private List<String> unmatchedPatterns() {
        taken.values().forEach(file -> matched.addAll(file.match().patterns()));
        return job.work().outputs().patterns().stream()
                .filter(pattern -> !matched.contains(pattern))
                .map(OutputPattern::text)
                .distinct()
                .toList();
    }

    private List<String> notes() {
        Stream<String> contested =
                taken.values().stream()
                        .filter(file -> file.match().contested())
                        .limit(limits.listed())
                        .map(file ->
                                "%s matches patterns of several levels and counts as %s"
                                        .formatted(file.file().path(), file.match().level().key()));
        return Stream.concat(contested, inputs.note().stream()).toList();
    }
}
