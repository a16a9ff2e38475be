package org.securebackend.runner.outputs;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.WorkspaceName;
import org.securebackend.runner.outputs.log.HeadAndTailStream;
import org.securebackend.runner.outputs.log.LineCuttingStream;
import org.securebackend.runner.outputs.log.MaskingStream;
import org.securebackend.runner.outputs.storage.Copying;
import org.securebackend.runner.outputs.storage.Storage;
import org.securebackend.runner.outputs.storage.StoragePath;
import org.securebackend.runner.pipeline.ActionName;

/** Writes jobs' logs and metadata, secrets masked and size bounded (section 11). */
final class LogBook {
    private final Storage high;
    private final Storage medium;
    private final OutputsSettings.Logs settings;

    LogBook(Storage high, Storage medium, OutputsSettings.Logs settings) {
        this.high = high;
        this.medium = medium;
        this.settings = settings;
    }

    void save(JobLog log) throws IOException {
        Job job = log.job();
        LocalDate ended = LocalDate.ofInstant(endOf(job), settings.zone());
        StoragePath text = Places.log(job.id(), ended, "logs.txt");
        StoragePath facts = Places.log(job.id(), ended, "metadata.json");
        high.writeUnnamed(text, file -> writeLog(log, file));
        high.writeUnnamed(facts, file -> writeMasked(LogMetadata.text(log), file));
        high.sync(List.of(text, facts));
        switch (log.audience()) {
            case USERS -> showToUsers(job, text);
            case OPERATORS -> {
                // They find it among the logs.
            }
        }
    }

    /** The same at every repeat, so that a log does not end up in two months. */
    private static Instant endOf(Job job) {
        return LogTrailer.completedAt(job).orElse(job.changedAt());
    }

    private void showToUsers(Job job, StoragePath log) throws IOException {
        WorkspaceName workspace = job.work().workspace();
        ActionName action = job.definition().action();
        copy(log, high, Places.userLog(workspace, action));
        switch (settings.level4()) {
            case SHOWN -> copy(log, medium, Places.userLog(workspace, action));
            case WITHHELD -> medium.delete(Places.userLog(workspace, action));
        }
    }

    private void copy(StoragePath log, Storage storage, StoragePath place) throws IOException {
        try (FileChannel source = high.read(log)) {
            storage.write(
                    place,
                    target ->
                            Copying.copy(source, target, Long.MAX_VALUE - 1, Copying.Holes.WRITE));
        }
    }

    private void writeLog(JobLog log, FileChannel file) throws IOException {
        OutputStream sink = new BufferedOutputStream(Channels.newOutputStream(file));
        var bounded = new HeadAndTailStream(sink, settings.limits());
        var lines = new LineCuttingStream(bounded, settings.limits().lineBytes());
        var masked = new MaskingStream(lines, settings.secrets());
        log.output().copyTo(masked);
        masked.finish();
        lines.finish();
        bounded.finish();
        sink.write('\n');
        var trailer = new MaskingStream(sink, settings.secrets());
        trailer.write(LogTrailer.text(log).getBytes(StandardCharsets.UTF_8));
        trailer.finish();
        sink.flush();
    }

    private void writeMasked(String text, FileChannel file) throws IOException {
        OutputStream sink = new BufferedOutputStream(Channels.newOutputStream(file));
        var masked = new MaskingStream(sink, settings.secrets());
        masked.write(text.getBytes(StandardCharsets.UTF_8));
        masked.finish();
        sink.flush();
    }
}
