package org.securebackend.runner.scheduler;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.securebackend.runner.executor.WorkspaceWriter;
import org.securebackend.runner.executor.WorkspaceWriter.FileKind;
import org.securebackend.runner.source.TreeSink;

/** Hands the files of a commit on to a workspace, and remembers what would be in an input's way. */
final class StudyFiles implements TreeSink {
    private final WorkspaceWriter writer;
    private final Step.Progress progress;
    private final Set<String> directories = new HashSet<>();
    private final Set<String> others = new HashSet<>();

    StudyFiles(WorkspaceWriter writer, Step.Progress progress) {
        this.writer = writer;
        this.progress = progress;
    }

    @Override
    public void directory(String path) throws IOException {
        progress.alive();
        directories.add(path);
        writer.directory(path);
    }

    @Override
    public void file(String path, ReadableByteChannel content, boolean executable)
            throws IOException {
        progress.alive();
        others.add(path);
        writer.file(path, content, executable ? FileKind.EXECUTABLE : FileKind.PLAIN);
    }

    @Override
    public void link(String path, String target) throws IOException {
        others.add(path);
        writer.link(path, target);
    }

    /**
     * The path in the commit, as its author wrote it, that leaves no place for an input: a link or
     * a file where the input needs a directory, or a directory where it needs a file.
     */
    Optional<String> inTheWayOf(String input) {
        for (int end = input.indexOf('/'); end > 0; end = input.indexOf('/', end + 1)) {
            String parent = input.substring(0, end);
            if (others.contains(parent)) {
                return Optional.of(parent);
            }
        }
        return directories.contains(input) ? Optional.of(input) : Optional.empty();
    }
}
