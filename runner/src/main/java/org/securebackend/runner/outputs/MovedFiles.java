package org.securebackend.runner.outputs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.List;
import java.util.Optional;
import org.securebackend.runner.executor.EntryContent;
import org.securebackend.runner.executor.JobWorkspace.EntryVisitor;
import org.securebackend.runner.executor.WorkspaceEntry;
import org.securebackend.runner.executor.WorkspaceEntry.Kind;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.outputs.storage.FileFacts;
import org.securebackend.runner.outputs.storage.Storage;
import org.securebackend.runner.outputs.storage.StoragePath;

/**
 * The files that were moved out of a job's workspace by a try to collect it that did not come to
 * its end. They are shown as if they were still there.
 */
final class MovedFiles {
    private final Storage high;
    private final JobId job;

    MovedFiles(Storage high, JobId job) {
        this.high = high;
        this.job = job;
    }

    void visit(EntryVisitor visitor) throws IOException {
        for (StoragePath folder : List.of(Places.moved(job), Places.refused(job))) {
            for (String path : high.files(folder)) {
                StoragePath place = folder.plus(path);
                Optional<FileFacts> facts = high.facts(place);
                if (facts.isPresent()) {
                    visitor.entry(
                            entry(path, facts.get()),
                            new Moved(high, place, Places.moved(job, path)));
                }
            }
        }
    }

    /** Sets a file aside that turned out to be no output, if it was moved. */
    void refuse(String path) throws IOException {
        StoragePath place = Places.moved(job, path);
        if (high.exists(place)) {
            high.move(place, Places.refused(job).plus(path));
        }
    }

    private static WorkspaceEntry entry(String path, FileFacts facts) {
        return new WorkspaceEntry(
                path, Kind.REGULAR, facts.bytes(), facts.bytes(), 1, facts.modifiedAt());
    }

    private record Moved(Storage high, StoragePath place, StoragePath target)
            implements EntryContent {
        @Override
        public FileChannel open() throws IOException {
            return high.read(place);
        }

        /** It is there already, unless it had been refused. */
        @Override
        public boolean moveTo(SecureDirectoryStream<Path> folder, Path name) throws IOException {
            if (!place.equals(target)) {
                high.move(place, target);
            }
            return true;
        }
    }
}
