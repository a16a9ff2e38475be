package org.securebackend.runner.outputs;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.securebackend.runner.executor.EntryContent;
import org.securebackend.runner.executor.JobWorkspace.EntryVisitor;
import org.securebackend.runner.executor.WorkspaceEntry;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.JobResults.NotCollected;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.outputs.Outputs.Leavings;
import org.securebackend.runner.outputs.Taking.Outcome;
import org.securebackend.runner.outputs.Taking.Wanted;
import org.securebackend.runner.outputs.log.Secrets;
import org.securebackend.runner.outputs.matching.OutputMatcher;
import org.securebackend.runner.outputs.matching.OutputMatcher.Match;
import org.securebackend.runner.outputs.matching.OutputNames;
import org.securebackend.runner.outputs.release.ReleaseCheck;
import org.securebackend.runner.outputs.storage.Crew;
import org.securebackend.runner.outputs.storage.Storage;
import org.securebackend.runner.pipeline.OutputPattern;

/**
 * One look through one job's workspace: decides what its patterns name and may be collected, and
 * has it brought into the staging folder. Used by one thread, once.
 */
final class Collector implements EntryVisitor {
    private static final String SAME_BUT_FOR_CASE =
            "its name differs from another output's only in letter case";

    private static final String THERE_AGAIN = "it was there again after it had been moved";

    private final Job job;
    private final Inputs inputs;
    private final Instant newerThan;
    private final Storage high;
    private final CollectLimits limits;
    private final Crew crew;
    private final Taking taking;
    private final Secrets secrets;
    private final OutputMatcher matcher;

    private final Set<OutputPattern> matched = new HashSet<>();
    private final Map<String, Taken> taken = new TreeMap<>();
    private final Map<String, String> pathsByFold = new HashMap<>();
    private final Set<String> twins = new HashSet<>();
    private final BoundedList<String> unmatchedFiles;
    private final BoundedList<NotCollected> notCollected;
    private final Queue<Done> done = new ConcurrentLinkedQueue<>();
    private int chosen;
    private long chosenBytes;

    private record Taken(OutputFile file, Match match) {}

    private record Done(String path, Match match, Outcome outcome) {}

    /** What may be collected, and what of that released. */
    record Rules(CollectLimits limits, ReleaseCheck check, Secrets secrets) {}

    Collector(Leavings leavings, Storage high, Crew crew, Rules rules) {
        this.job = leavings.job();
        this.inputs = new Inputs(leavings.inputs());
        this.newerThan = leavings.newerThan();
        this.high = high;
        this.limits = rules.limits();
        this.crew = crew;
        this.taking = new Taking(job.id(), high, rules);
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
        if (entry.kind() == WorkspaceEntry.Kind.REGULAR
                && entry.links() == 1
                && inputs.isUntouched(entry, content)) {
            matched.addAll(match.patterns());
            return;
        }
        Optional<String> refusal = refusal(entry);
        if (refusal.isPresent()) {
            refuse(entry.path(), refusal.get());
            return;
        }
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
        return Optional.of(first.equals(path) ? THERE_AGAIN : SAME_BUT_FOR_CASE);
    }

    private Optional<String> beyondLimits(WorkspaceEntry entry) {
        if (entry.bytes() > limits.fileBytes()) {
            return Optional.of("larger than %d bytes".formatted(limits.fileBytes()));
        }
        if (chosen >= limits.files()) {
            return Optional.of("the job left more than %d outputs".formatted(limits.files()));
        }
        if (chosenBytes + entry.bytes() > limits.totalBytes()) {
            return Optional.of(
                    "the job's outputs together are larger than %d bytes"
                            .formatted(limits.totalBytes()));
        }
        return Optional.empty();
    }

    private void refuse(String path, String why) {
        notCollected.add(new NotCollected(shown(path), why));
    }

    private void take(WorkspaceEntry entry, EntryContent content, Match match) throws IOException {
        chosen++;
        chosenBytes += entry.bytes();
        var wanted = new Wanted(entry, content, match.level());
        crew.begin(() ->
                taking.begin(wanted, outcome -> done.add(new Done(entry.path(), match, outcome))));
    }

    /** What was found, once all of it is taken. */
    JobResults results() throws IOException {
        crew.await();
        done.forEach(this::note);
        dropTwins();
        return new JobResults(
                taken.values().stream().map(Taken::file).toList(),
                unmatchedPatterns(),
                unmatchedFiles.sorted(),
                notCollected.sorted(),
                notes());
    }

    private void note(Done one) {
        switch (one.outcome()) {
            case Outcome.Taken(var file) -> taken.put(one.path(), new Taken(file, one.match()));
            case Outcome.Refused(var why) -> refuse(one.path(), why);
        }
    }

    /**
     * The first of them was taken before the others were seen. One that was moved is not removed:
     * if this look is repeated, it must be seen again.
     */
    private void dropTwins() throws IOException {
        for (String first : twins) {
            if (taken.remove(first) != null) {
                high.delete(Places.copied(job.id(), first));
                new MovedFiles(high, job.id()).refuse(first);
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
