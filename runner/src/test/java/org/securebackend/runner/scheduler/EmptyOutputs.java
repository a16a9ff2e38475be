package org.securebackend.runner.scheduler;

import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import org.securebackend.runner.executor.JobWorkspace;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.JobResults;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.outputs.JobLog;
import org.securebackend.runner.outputs.Outputs;

/** Finds that every job has made what it should, and keeps nothing: for tests of many jobs. */
final class EmptyOutputs implements Outputs {
    @Override
    public JobResults collect(Leavings leavings, JobWorkspace workspace) {
        return new JobResults(List.of(), List.of(), List.of(), List.of(), List.of());
    }

    @Override
    public void publish(Publication publication) {}

    @Override
    public void keepAside(Job job) {}

    @Override
    public void saveLog(JobLog log) {}

    @Override
    public void discard(JobId job) {}

    @Override
    public ReadableByteChannel openInput(WorkspaceName workspace, OutputFile file) {
        return Channels.newChannel(new ByteArrayInputStream(new byte[0]));
    }
}
