package org.securebackend.runner.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BytePipeTest {
    private static final byte[] MUCH = new byte[4_000_000];

    private final BytePipe pipe = new BytePipe();

    private FutureTask<Void> inBackground(Work work) {
        var task =
                new FutureTask<Void>(() -> {
                    work.run();
                    return null;
                });
        Thread.ofVirtual().start(task);
        return task;
    }

    private interface Work {
        void run() throws IOException;
    }

    private void give(byte[] bytes) throws IOException {
        try (OutputStream giving = pipe.giving()) {
            giving.write(bytes);
        }
    }

    @Test
    void allThatIsGivenIsTaken() throws Exception {
        byte[] bytes = MUCH.clone();
        new Random(1).nextBytes(bytes);
        FutureTask<Void> giver =
                inBackground(() -> {
                    give(bytes);
                    pipe.complete();
                });

        assertThat(pipe.taking().readAllBytes()).isEqualTo(bytes);
        giver.get();
    }

    @Test
    void whatBreaksOffNeverLooksComplete() throws Exception {
        give(new byte[10]);
        pipe.breakOff();
        pipe.complete();

        assertThatThrownBy(() -> pipe.taking().readAllBytes()).isInstanceOf(EOFException.class);
    }

    @Test
    void giverHearsThatNobodyTakes() throws Exception {
        FutureTask<Void> giver = inBackground(() -> give(MUCH));
        pipe.taking().readNBytes(10);
        pipe.abandon();

        assertThatThrownBy(giver::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(EOFException.class);
    }

    @Test
    void waitingTakerCanBeInterrupted() throws Exception {
        var failure = new CompletableFuture<Exception>();
        Thread taker =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                pipe.taking().read();
                            } catch (IOException e) {
                                failure.complete(e);
                            }
                        });
        taker.interrupt();

        assertThat(failure.get()).isInstanceOf(ClosedByInterruptException.class);
    }

    @Test
    void onlyTheSideThatIsWaitedForIsToBlame() throws Exception {
        FutureTask<Void> giver = inBackground(() -> give(MUCH));
        long before = pipe.progressOfGiver();
        while (pipe.progressOfGiver() == before) {
            Thread.onSpinWait();
        }
        // The giver waits: it has an excuse, and who does not take has none.
        assertThat(pipe.progressOfGiver()).isNotEqualTo(pipe.progressOfGiver());
        assertThat(pipe.progressOfTaker()).isEqualTo(pipe.progressOfTaker());
        pipe.abandon();
        assertThatThrownBy(giver::get).isInstanceOf(ExecutionException.class);
    }

    @Test
    void skippingTakesAsReadingDoes() throws Exception {
        give(new byte[] {1, 2, 3, 4, 5});
        pipe.complete();
        var taking = pipe.taking();

        assertThat(taking.skip(3)).isEqualTo(3);
        assertThat(taking.read()).isEqualTo(4);
        assertThat(taking.skip(9)).isEqualTo(1);
        assertThat(taking.skip(9)).isZero();
        assertThat(taking.read()).isEqualTo(-1);
    }
}
