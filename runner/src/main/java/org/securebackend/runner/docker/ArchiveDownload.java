package org.securebackend.runner.docker;

import com.github.dockerjava.transport.DockerHttpClient.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.securebackend.runner.executor.ExecutorUnavailableException;

/**
 * An archive on its way from the engine. The engine must go on within the call's time; whoever
 * reads may take as long as it likes. An archive that breaks off never looks like one that ends.
 */
final class ArchiveDownload extends InputStream {
    private final String what;
    private final BytePipe pipe = new BytePipe();
    private final InputStream body = pipe.taking();
    private final FutureTask<Answer<Engine.Done>> call;

    /**
     * @param path of the request, which gets an archive
     */
    ArchiveDownload(Engine engine, String what, String path) {
        this.what = what;
        // Else the engine compresses it, which takes it several times as long as to read it.
        Request request =
                Request.builder()
                        .method(Request.Method.GET)
                        .path(path)
                        .putHeader("Accept-Encoding", "identity")
                        .build();
        this.call =
                new FutureTask<>(() -> {
                    try {
                        Answer<Engine.Done> answer =
                                engine.read(what, request, this::handOn, pipe::progressOfGiver);
                        if (answer instanceof Answer.Given) {
                            pipe.complete();
                        }
                        return answer;
                    } finally {
                        pipe.breakOff();
                    }
                });
        Thread.ofVirtual().name("docker " + what).start(call);
    }

    private void handOn(InputStream answer) throws IOException {
        try (OutputStream giving = pipe.giving()) {
            answer.transferTo(giving);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            return body.read(bytes, offset, length);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw brokenOff(e);
        }
    }

    @Override
    public long skip(long wanted) throws IOException {
        try {
            return body.skip(wanted);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw brokenOff(e);
        }
    }

    private RuntimeException brokenOff(IOException noticed) throws IOException {
        try {
            return switch (call.get()) {
                case Answer.Conflict<Engine.Done>(var message) -> Engine.refused(what, message);
                case Answer.NotFound<Engine.Done> _, Answer.Given<Engine.Done> _ ->
                        new ExecutorUnavailableException("it vanished: " + what, noticed);
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        } catch (ExecutionException e) {
            return e.getCause() instanceof RuntimeException failure
                    ? failure
                    : new ExecutorUnavailableException("it broke off: " + what, e);
        }
    }

    /** The engine need not send the rest. */
    @Override
    public void close() {
        pipe.abandon();
        call.cancel(true);
    }
}
