package org.securebackend.runner.scheduler;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.securebackend.runner.executor.ExecutorUnavailableException;
import org.securebackend.runner.executor.WorkspaceWriter;
import org.securebackend.runner.executor.WorkspaceWriter.FileKind;
import org.securebackend.runner.job.EffectPoint;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.ImageName;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobEvent;
import org.securebackend.runner.job.JobId;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.job.StepKind;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.job.Work.Need;
import org.securebackend.runner.pipeline.RunCommand;

/** Fills a job's workspace with its code and its inputs. */
final class PrepareStep implements Step {
    private final Steps.Tools tools;
    private final Steps.Settings settings;
    private final CopyPlaces places;

    PrepareStep(Steps.Tools tools, Steps.Settings settings, CopyPlaces places) {
        this.tools = tools;
        this.settings = settings;
        this.places = places;
    }

    @Override
    public void run(Job job, Progress progress) throws IOException, InterruptedException {
        requireUnpacked(job.work());
        ImageDigest image = image(job, progress);
        places.take(progress);
        try {
            Map<JobId, List<OutputFile>> inputs = inputs(job.work());
            requireRoom(inputs);
            try (var writer = tools.executor().workspace(job.id()).rewrite()) {
                var study = new StudyFiles(writer, progress);
                tools.source().export(job.work().code(), study);
                progress.reached(EffectPoint.CODE_WRITTEN);
                for (Need need : job.work().needs()) {
                    for (OutputFile file : inputs.getOrDefault(need.producer(), List.of())) {
                        requirePlace(study, need, file);
                        try (var content =
                                new WatchedWorkspace.WatchedChannel(
                                        open(job.work(), need, file), progress)) {
                            copyIn(need, file, content, writer);
                        }
                    }
                }
            }
            progress.reached(EffectPoint.WORKSPACE_READY);
            progress.happened(new JobEvent.WorkspaceReady(image));
        } finally {
            places.giveBack();
        }
    }

    private void requireUnpacked(Work work) {
        settings.storage()
                .archived()
                .flatMap(archived -> archived.archiveOf(work.workspace()))
                .ifPresent(archive -> {
                    throw new Fault.OfUser(
                            "The workspace %s has been archived (%s); ask the backend's operators to restore it, then run this action again"
                                    .formatted(work.workspace(), archive));
                });
    }

    /** Measured before anything is written: what cannot be finished is not begun. */
    private void requireRoom(Map<JobId, List<OutputFile>> inputs) throws IOException {
        long bytes =
                inputs.values().stream().flatMap(List::stream).mapToLong(OutputFile::bytes).sum();
        if (!settings.storage().disks().haveRoomFor(bytes)) {
            throw new Fault.Passing(Trouble.DISK_FULL);
        }
    }

    private ImageDigest image(Job job, Progress progress) {
        if (job.image().isPresent()) {
            return job.image().get();
        }
        ImageName name = ImageName.of(settings.registry(), job.work().command());
        return tools.executor()
                .findImage(name)
                .or(() -> fetched(name, job.work().command(), progress))
                .orElseThrow(() ->
                        new Fault.Passing(
                                "The image %s is not on this backend; job will start when the backend's operators have installed it"
                                        .formatted(shortName(job.work().command()))));
    }

    private Optional<ImageDigest> fetched(ImageName name, RunCommand command, Progress progress) {
        var begun = new AtomicBoolean();
        try {
            return tools.executor()
                    .fetchImage(
                            name,
                            () -> {
                                begun.set(true);
                                progress.waits();
                                progress.happened(
                                        new JobEvent.Hindered(
                                                "Waiting for the image %s to be fetched"
                                                        .formatted(shortName(command))));
                            });
        } catch (ExecutorUnavailableException e) {
            if (!begun.get()) {
                throw e;
            }
            throw new Fault.Passing(
                    "The image %s cannot be fetched now, job will start by itself"
                            .formatted(shortName(command)),
                    e);
        }
    }

    private static String shortName(RunCommand command) {
        return command.image() + ":" + command.version();
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
                    throw new Fault.OfUser(
                            "%s in the repository is in the way of the outputs of action %s; rename or remove it"
                                    .formatted(path, need.action()));
                });
    }

    /** The very bytes that were recorded: another job may be replacing the file at this moment. */
    private static void copyIn(
            Need need, OutputFile file, ReadableByteChannel input, WorkspaceWriter writer)
            throws IOException {
        try (var content = new HashedChannel(input, file.bytes())) {
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
            throw new Fault.OfUser(
                    "An input from action %s is no longer in the workspace; run that action again"
                            .formatted(need.action()),
                    e);
        } catch (IOException e) {
            if (Trouble.of(e) instanceof Trouble.Lasting) {
                Fault.OfUser replaced = replaced(need);
                replaced.initCause(e);
                throw replaced;
            }
            throw e;
        }
    }

    private static Fault.OfUser replaced(Need need) {
        return new Fault.OfUser(
                "An input from action %s has been replaced since this job was planned; run this action again"
                        .formatted(need.action()));
    }

    @Override
    public OnTrouble onTrouble() {
        return OnTrouble.PUT_BACK;
    }

    @Override
    public StepKind kind() {
        return StepKind.PREPARE;
    }

    @Override
    public String toString() {
        return "preparing";
    }
}
