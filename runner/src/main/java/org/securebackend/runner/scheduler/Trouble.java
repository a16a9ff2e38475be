package org.securebackend.runner.scheduler;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Locale;
import org.securebackend.runner.executor.ExecutorUnavailableException;
import org.securebackend.runner.executor.WorkspaceUnfitException;
import org.securebackend.runner.source.SourceRefusedException;
import org.securebackend.runner.source.SourceUnavailableException;
import org.securebackend.runner.store.StoreException;

/** What a failed step means. Texts are constants or the source's own, made for users. */
sealed interface Trouble {

    /** What a file system says that has no room. */
    List<String> FULL = List.of("no space left", "quota exceeded");

    /** What a file system says that an operator has to look after; the job is not at fault. */
    List<String> SICK =
            List.of(
                    "read-only file system",
                    "input/output error",
                    "stale file handle",
                    "transport endpoint is not connected",
                    "host is down",
                    "too many open files");

    /** It can pass by itself; {@code cause} is for the job's user. */
    record Passing(String cause) implements Trouble {}

    /** It will not pass; {@code message} is for the job's user. */
    record Lasting(String message) implements Trouble {}

    /** Nothing is wrong: the step was interrupted because the job's state changed. */
    record Interrupted() implements Trouble {}

    static Trouble of(Throwable failure) {
        return switch (failure) {
            case InterruptedException _ -> new Interrupted();
            case ClosedByInterruptException _ -> new Interrupted();
            case JobBrokenException broken -> new Lasting(message(broken));
            case ExecutorUnavailableException _ ->
                    new Passing(
                            "Waiting for the backend's container engine, job will go on by itself");
            case SourceUnavailableException _ ->
                    new Passing(
                            "Waiting for the host of the study's code, job will start by itself");
            case SourceRefusedException refused -> new Lasting(message(refused));
            case StoreException _ ->
                    new Passing("Waiting for the backend's job store, job will go on by itself");
            case WorkspaceUnfitException unfit -> new Lasting(message(unfit));
            case IOException io -> ofFiles(io);
            case UncheckedIOException io when io.getCause() != null -> ofFiles(io.getCause());
            default -> internal();
        };
    }

    private static String message(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    private static Trouble internal() {
        return new Lasting("Internal error: the backend could not run this job");
    }

    private static Trouble ofFiles(IOException failure) {
        String text = reason(failure).toLowerCase(Locale.ROOT);
        if (FULL.stream().anyMatch(text::contains)) {
            return new Passing("The backend is out of disk space, job will go on by itself");
        }
        if (SICK.stream().anyMatch(text::contains)) {
            return new Passing("The backend's storage does not work now, job will go on by itself");
        }
        return internal();
    }

    private static String reason(IOException failure) {
        String text =
                failure instanceof FileSystemException system
                        ? system.getReason()
                        : failure.getMessage();
        return text == null ? "" : text;
    }
}
