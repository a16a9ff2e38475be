package org.securebackend.runner.scheduler;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.securebackend.runner.executor.WorkspaceWriter;
import org.securebackend.runner.executor.WorkspaceWriter.FileKind;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.ImageName;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.job.Work.Need;

/** Fills a job's workspace with its code and its inputs. */
final class PrepareStep implements Step {
    private final Steps.Tools tools;
    private final String registry;
    private final Semaphore places;

    PrepareStep(Steps.Tools tools, String registry, Semaphore places) {
        this.tools = tools;
        this.registry = registry;
        this.places = places;
    }

    @Override
    public void run(Job job, Progress progress) throws IOException, InterruptedException {
        places.acquire();
        try {
            ImageDigest image = image(job);
            Map<JobId, List<OutputFile>> inputs = inputs(job.work());
            try (var writer = tools.executor().workspace(job.id()).rewrite()) {
                var study = new StudyFiles(writer);
                tools.source().export(job.work().code(), study);
                for (Need need : job.work().needs()) {
                    for (OutputFile file : inputs.getOrDefault(need.producer(), List.of())) {
                        requirePlace(study, need, file);
                        copyIn(job.work(), need, file, writer);
                    }
                }
            }
            progress.happened(new JobEvent.WorkspaceReady(image));
        } finally {
            places.release();
        }
    }

    private ImageDigest image(Job job) {
        if (job.image().isPresent()) {
            return job.image().get();
        }
        ImageName name = ImageName.of(registry, job.work().command());
        return tools.executor()
                .findImage(name)
                .orElseThrow(() ->
                        new JobBrokenException(
                                "The image %s:%s is not available on this backend; ask the backend's operators to install it"
                                        .formatted(
                                                job.work().command().image(),
                                                job.work().command().version())));
    }

    /** The outputs of the jobs that the plan named, checked to be what the workspace holds. */
    private Map<JobId, List<OutputFile>> inputs(Work work) {
        Map<JobId, List<OutputFile>> inputs =
                tools.store().outputsOf(work.needs().stream().map(Need::producer).toList());
        for (Need need : work.needs()) {
            List<String> paths =
                    inputs.getOrDefault(need.producer(), List.of()).stream()
                            .map(OutputFile::path)
                            .toList();
            Map<String, JobId> owners = tools.store().owners(work.workspace(), paths);
            for (String path : paths) {
                if (!need.producer().equals(owners.get(path))) {
                    throw replaced(need);
                }
            }
        }
        return inputs;
    }

    private static void requirePlace(StudyFiles study, Need need, OutputFile file) {
        study.inTheWayOf(file.path())
                .ifPresent(path -> {
                    throw new JobBrokenException(
                            "%s in the repository is in the way of the outputs of action %s; rename or remove it"
                                    .formatted(path, need.action()));
                });
    }

    /** The very bytes that were recorded: another job may be replacing the file at this moment. */
    private void copyIn(Work work, Need need, OutputFile file, WorkspaceWriter writer)
            throws IOException {
        try (var content = new HashedChannel(open(work, need, file), file.bytes())) {
            writer.file(file.path(), content, FileKind.PLAIN);
            if (!content.sha256().equals(file.sha256())) {
                throw replaced(need);
            }
        }
    }

    private ReadableByteChannel open(Work work, Need need, OutputFile file) throws IOException {
        try {
            return tools.outputs().openInput(work.workspace(), file);
        } catch (FileNotFoundException e) {
            throw because(
                    e,
                    new JobBrokenException(
                            "An input from action %s is no longer in the workspace; run that action again"
                                    .formatted(need.action())));
        } catch (IOException e) {
            if (Trouble.of(e) instanceof Trouble.Lasting) {
                throw because(e, replaced(need));
            }
            throw e;
        }
    }

    private static JobBrokenException because(IOException cause, JobBrokenException broken) {
        broken.initCause(cause);
        return broken;
    }

    private static JobBrokenException replaced(Need need) {
        return new JobBrokenException(
                "An input from action %s has been replaced since this job was planned; run this action again"
                        .formatted(need.action()));
    }

    @Override
    public OnTrouble onTrouble() {
        return OnTrouble.PUT_BACK;
    }

    @Override
    public String toString() {
        return "preparing";
    }
}
