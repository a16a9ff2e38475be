package org.securebackend.runner.scheduler;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.securebackend.runner.executor.JobWorkspace;
import org.securebackend.runner.executor.WorkspaceWriter;

/** A workspace whose reader gives a sign of life with every entry and every piece of one. */
record WatchedWorkspace(JobWorkspace workspace, Step.Progress progress) implements JobWorkspace {

    @Override
    public WorkspaceWriter rewrite() throws IOException {
        return workspace.rewrite();
    }

    @Override
    public void visit(EntryVisitor visitor) throws IOException {
        workspace.visit((entry, content) -> {
            progress.alive();
            visitor.entry(entry, () -> new WatchedChannel(content.open(), progress));
        });
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
