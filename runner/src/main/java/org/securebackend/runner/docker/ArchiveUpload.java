package org.securebackend.runner.docker;

import com.github.dockerjava.transport.DockerHttpClient.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.executor.ExecutorException;

/**
 * An archive on its way to the engine. The engine must take what there is within the call's time;
 * it may have to wait for it as long as it likes.
 */
final class ArchiveUpload extends OutputStream {
    private final String what;
    private final BytePipe pipe = new BytePipe();
    private final OutputStream body = pipe.giving();
    private final FutureTask<Answer<Engine.Done>> call;

    /**
     * @param path of the request, which puts an archive
     */
    ArchiveUpload(Engine engine, String what, String path) {
        this.what = what;
        Request request =
                Request.builder()
                        .method(Request.Method.PUT)
                        .path(path)
                        .putHeader("Content-Type", "application/x-tar")
                        .body(pipe.taking())
                        .build();
        this.call =
                new FutureTask<>(() -> {
                    try {
                        return engine.send(what, request, pipe::progressOfTaker);
                    } finally {
                        pipe.abandon();
                    }
                });
        Thread.ofVirtual().name("docker " + what).start(call);
    }

    @Override
    public void write(int oneByte) throws IOException {
        write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            body.write(bytes, offset, length);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw gaveUp(e);
        }
    }

    /** All was written: returns when the engine has it all. */
    void complete() throws IOException {
        try {
            body.flush();
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw gaveUp(e);
        }
        pipe.complete();
        Engine.orRefuse(what, answer());
    }

    /** Not all was written, and no more will be: the engine sees it break off. */
    void breakOff() {
        pipe.breakOff();
        call.cancel(true);
    }

    /** Why the engine wants no more. */
    private ExecutorException gaveUp(IOException noticed) throws IOException {
        Engine.orRefuse(what, answer());
        ExecutorException early = Engine.refused(what, "it answered before it had all");
        early.initCause(noticed);
        return early;
    }

    private Answer<Engine.Done> answer() throws IOException {
        try {
            return call.get();
        } catch (InterruptedException e) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    private static RuntimeException failure(@Nullable Throwable cause) {
        return switch (cause) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            case null, default -> new IllegalStateException(cause);
        };
    }
}
