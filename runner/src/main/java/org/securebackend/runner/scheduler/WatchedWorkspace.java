package org.securebackend.runner.scheduler;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import org.securebackend.runner.executor.EntryContent;
import org.securebackend.runner.executor.JobWorkspace;
import org.securebackend.runner.executor.WorkspaceWriter;

/**
 * A workspace whose reader gives a sign of life with every entry, and with every piece of one that
 * is not an open file of this host: those are read, or moved, as fast as they can be.
 */
record WatchedWorkspace(JobWorkspace workspace, Step.Progress progress) implements JobWorkspace {

    @Override
    public WorkspaceWriter rewrite() throws IOException {
        return workspace.rewrite();
    }

    @Override
    public void visit(EntryVisitor visitor) throws IOException {
        workspace.visit((entry, content) -> {
            progress.alive();
            visitor.entry(entry, new WatchedContent(content, progress));
        });
    }

    private record WatchedContent(EntryContent content, Step.Progress progress)
            implements EntryContent {

        @Override
        public ReadableByteChannel open() throws IOException {
            ReadableByteChannel bytes = content.open();
            return bytes instanceof FileChannel ? bytes : new WatchedChannel(bytes, progress);
        }

        @Override
        public boolean moveTo(SecureDirectoryStream<Path> folder, Path name) throws IOException {
            return content.moveTo(folder, name);
        }
    }

    /** Gives a sign of life with every read. */
    record WatchedChannel(ReadableByteChannel content, Step.Progress progress)
            implements ReadableByteChannel {

        @Override
        public int read(ByteBuffer target) throws IOException {
            progress.alive();
            return content.read(target);
        }

        @Override
        public boolean isOpen() {
            return content.isOpen();
        }

        @Override
        public void close() throws IOException {
            content.close();
        }
    }
}
