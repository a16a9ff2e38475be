package org.securebackend.runner.scheduler;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Locale;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.executor.ExecutorUnavailableException;
import org.securebackend.runner.executor.WorkspaceUnfitException;
import org.securebackend.runner.source.SourceRefusedException;
import org.securebackend.runner.source.SourceUnavailableException;
import org.securebackend.runner.store.StoreException;

/**
 * What a failed step means. Texts are constants or the source's own, made for users.
 *
 * <table>
 * <caption>Faults</caption>
 * <tr><th>whose</th><th>what</th><th>comes of it</th></tr>
 * <tr><td>user's: {@link OfUser}</td><td>code refused by the source; a path of the study in the way
 *     of an input; an input that was replaced or is gone; an archived workspace</td><td>the job fails
 *     with that message; nothing of it is kept</td></tr>
 * <tr><td>platform's, can pass: {@link Passing}</td><td>engine, host of the code, store, storage
 *     away or failing; a disk full or above its high-water mark; an image not there yet</td><td>the
 *     job shows the cause; the step is tried again, later each time, as its {@link Step.OnTrouble}
 *     says; after {@link StepLimits#troublePatience} as below, unless it is kept on trying</td></tr>
 * <tr><td>platform's, cannot pass: {@link Lasting}, and {@link Refused} several times
 *     running</td><td>the engine refuses; the database is not
 *     configured; a fault of ours</td><td>the job fails with the cause and a reference to the log
 *     ({@link org.securebackend.runner.job.FailureReason.Platform}), so that operators find what is
 *     left of it</td></tr>
 * </table>
 */
sealed interface Trouble {

    String ENGINE_AWAY = "Waiting for the backend's container engine, job will go on by itself";
    String DISK_FULL = "The backend is out of disk space, job will go on by itself";

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

    /** The job's user can do something about it; {@code message} says what. */
    record OfUser(String message) implements Trouble {}

    /** It can pass by itself; {@code cause} is for the job's user. */
    record Passing(String cause) implements Trouble {}

    /**
     * The engine refuses. One that is going down refuses too, with whatever it stumbles over: so it
     * is believed only when it refuses several times running.
     */
    record Refused(String message) implements Trouble {}

    /** It will not pass; {@code message} is for the job's user. */
    record Lasting(String message) implements Trouble {}

    /** Nothing is wrong: the step was interrupted because the job's state changed. */
    record Interrupted() implements Trouble {}

    static Trouble of(Throwable failure) {
        return switch (failure) {
            case InterruptedException _ -> new Interrupted();
            case ClosedByInterruptException _ -> new Interrupted();
            case InterruptedIOException _ -> new Interrupted();
            case Fault.OfUser fault -> new OfUser(fault.text());
            case Fault.Passing fault -> new Passing(fault.text());
            case Fault.Lasting fault -> new Lasting(fault.text());
            case ExecutorUnavailableException _ -> new Passing(ENGINE_AWAY);
            case ExecutorException _ ->
                    new Refused("The backend's container engine refused to do this job's work");
            case SourceUnavailableException _ ->
                    new Passing(
                            "Waiting for the host of the study's code, job will start by itself");
            case SourceRefusedException refused -> new OfUser(message(refused));
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
            return new Passing(DISK_FULL);
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
