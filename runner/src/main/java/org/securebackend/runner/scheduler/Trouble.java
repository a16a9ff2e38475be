package org.securebackend.runner.scheduler;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import org.securebackend.runner.executor.ExecutorUnavailableException;
import org.securebackend.runner.source.SourceRefusedException;
import org.securebackend.runner.source.SourceUnavailableException;
import org.securebackend.runner.store.StoreException;

/** What a failed step means. Texts are constants or the source's own, made for users. */
sealed interface Trouble {

    /** It can pass by itself; {@code cause} is for the job's user. */
    record Passing(String cause) implements Trouble {}

    /** It will not pass; {@code message} is for the job's user. */
    record Lasting(String message) implements Trouble {}

    /** Nothing is wrong: the step was interrupted because the job's state changed. */
    record Interrupted() implements Trouble {}

    static Trouble of(Exception failure) {
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
            case IOException io when isDiskFull(io) ->
                    new Passing("The backend is out of disk space, job will go on by itself");
            case UncheckedIOException io when io.getCause() != null && isDiskFull(io.getCause()) ->
                    new Passing("The backend is out of disk space, job will go on by itself");
            default -> new Lasting("Internal error: the backend could not run this job");
        };
    }

    private static String message(Exception failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    private static boolean isDiskFull(IOException failure) {
        String text =
                failure instanceof FileSystemException system
                        ? system.getReason()
                        : failure.getMessage();
        if (text == null) {
            return false;
        }
        String lower = text.toLowerCase(Locale.ROOT);
        return lower.contains("no space left") || lower.contains("quota exceeded");
    }
}
