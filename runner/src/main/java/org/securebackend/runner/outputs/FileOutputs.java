package org.securebackend.runner.outputs;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import org.securebackend.runner.executor.JobWorkspace;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.outputs.release.ReleaseCheck;
import org.securebackend.runner.outputs.storage.Crew;
import org.securebackend.runner.outputs.storage.Steps;
import org.securebackend.runner.outputs.storage.Storage;
import org.securebackend.runner.outputs.storage.StoragePath;

/**
 * Outputs in two folders, one for each storage. Safe for use by several threads, each with another
 * job.
 */
public final class FileOutputs implements Outputs {
    private final Storage high;
    private final Collector.Rules rules;
    private final Publisher publisher;
    private final LogBook logBook;

    /**
     * @param records what a manifest is made of that is missing or damaged
     */
    public FileOutputs(OutputsSettings settings, WorkspaceRecords records, Clock clock) {
        this(settings, records, clock, Steps.FREE);
    }

    FileOutputs(OutputsSettings settings, WorkspaceRecords records, Clock clock, Steps steps) {
        this.high = new Storage(settings.high(), settings.modes(), steps);
        Storage medium = new Storage(settings.medium(), settings.modes(), steps);
        this.rules =
                new Collector.Rules(
                        settings.limits(),
                        new ReleaseCheck(settings.policy()),
                        settings.logs().secrets());
        this.publisher =
                new Publisher(high, medium, new MetadataFiles(medium, records, clock), clock);
        this.logBook = new LogBook(high, medium, settings.logs());
    }

    @Override
    public JobResults collect(Leavings leavings, JobWorkspace workspace) throws IOException {
        JobId job = leavings.job().id();
        high.deleteTree(Places.copied(job));
        JobResults results = high.batch(storage -> collect(leavings, workspace, storage));
        high.syncFolders(Places.staged(job));
        return results;
    }

    /** What an earlier try moved comes first: the workspace has it no more. */
    private JobResults collect(Leavings leavings, JobWorkspace workspace, Storage storage)
            throws IOException {
        try (var crew = new Crew("collect-" + leavings.job().id())) {
            var collector = new Collector(leavings, storage, crew, rules);
            new MovedFiles(storage, leavings.job().id()).visit(collector);
            workspace.visit(collector);
            return collector.results();
        }
    }

    @Override
    public void publish(Publication publication) throws IOException {
        publisher.publish(publication);
    }

    @Override
    public void keepAside(Job job) throws IOException {
        if (job.state() instanceof JobState.Succeeded) {
            throw new IllegalArgumentException("job %s succeeded".formatted(job.id()));
        }
        StoragePath kept = Places.failed(job.id());
        if (high.exists(Places.copied(job.id()))) {
            high.deleteTree(kept);
            high.move(Places.copied(job.id()), kept);
        }
        StoragePath moved = Places.moved(job.id());
        for (String path : high.files(moved)) {
            high.move(moved.plus(path), kept.plus(path));
        }
        high.syncFolders(kept);
        discard(job.id());
    }

    @Override
    public void saveLog(JobLog log) throws IOException {
        logBook.save(log);
    }

    @Override
    public void discard(JobId job) throws IOException {
        high.deleteTree(Places.staged(job));
    }

    @Override
    public ReadableByteChannel openInput(WorkspaceName workspace, OutputFile file)
            throws IOException {
        try {
            FileChannel input = high.read(Places.output(workspace, file.path()));
            requireSize(input, file);
            return input;
        } catch (NoSuchFileException e) {
            FileNotFoundException absent =
                    new FileNotFoundException("not in the workspace: " + file.path());
            absent.initCause(e);
            throw absent;
        }
    }

    private static void requireSize(FileChannel input, OutputFile file) throws IOException {
        if (input.size() != file.bytes()) {
            input.close();
            throw new IOException("not the file that was recorded, by its size: " + file.path());
        }
    }
}
