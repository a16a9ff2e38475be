package org.securebackend.runner.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.securebackend.runner.sync.SyncBench.cancelling;
import static org.securebackend.runner.sync.SyncBench.in;
import static org.securebackend.runner.sync.SyncBench.request;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.securebackend.runner.job.Job;
import org.securebackend.runner.job.JobState;
import org.securebackend.runner.job.RequestId;
import org.securebackend.runner.server.JobServer.Malformed;
import org.securebackend.runner.source.SourceUnavailableException;

class PollerTest {
    @TempDir private Path folder;
    private SyncBench bench;
    private Poller poller;
    private int ordersGiven;
    private final List<List<RequestId>> listed = new ArrayList<>();

    @BeforeEach
    void setUp() {
        bench = new SyncBench(folder);
        var listener =
                new Poller.Listener() {
                    @Override
                    public void ordersGiven() {
                        ordersGiven++;
                    }

                    @Override
                    public void listed(List<RequestId> requests) {
                        listed.add(requests);
                    }
                };
        poller = new Poller(bench.server, bench.store, bench.desk, listener, bench.backOff());
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void requestsAreTakenInInTheOrderOfTheAnswer() {
        bench.server.active = List.of(request("old", "extract"), request("young", "model"));

        poller.pollOnce();

        assertThat(bench.actions("old")).containsExactly("extract");
        assertThat(bench.actions("young")).containsExactly("model");
    }

    @Test
    void malformedRequestAmongGoodOnesBecomesAnErrorJob() {
        bench.server.active = List.of(request("good", "alone"));
        bench.server.malformed =
                new Malformed[] {
                    new Malformed(Optional.of(new RequestId("bad")), "sha is missing", "{}"),
                    new Malformed(Optional.empty(), "not an object", "7")
                };

        poller.pollOnce();
        poller.pollOnce();

        assertThat(bench.actions("good")).containsExactly("alone");
        assertThat(bench.actions("bad")).containsExactly("__error__");
    }

    @Test
    void cancellationOfAnUnknownRequestIsNotAppliedYet() {
        bench.server.active = List.of(cancelling(request("r", "alone"), "alone"));

        poller.pollOnce();

        assertThat(bench.actions("r")).containsExactly("alone");
        assertThat(bench.store.openOrders()).isEmpty();
    }

    @Test
    void cancellationIsOrderedOnceHoweverOftenItIsListed() {
        bench.server.active = List.of(request("r", "model"));
        poller.pollOnce();
        bench.server.active = List.of(cancelling(request("r", "model"), "model", "nonsense"));

        poller.pollOnce();
        poller.pollOnce();

        assertThat(bench.store.openOrders())
                .extracting(order -> order.job())
                .containsExactly(bench.jobs("r").getLast().id());
        assertThat(ordersGiven).isPositive();
    }

    @Test
    void cancellationOfADoneJobChangesNothing() {
        bench.server.active = List.of(request("r", "nope"));
        poller.pollOnce();
        bench.server.active = List.of(cancelling(request("r", "nope"), "nope", "__error__"));

        poller.pollOnce();

        assertThat(bench.store.openOrders()).isEmpty();
        assertThat(ordersGiven).isZero();
    }

    @Test
    void unreachableServerIsLeftAloneForAWhile() {
        bench.server.trouble = Optional.of(SyncBench.Server.unreachable());
        poller.pollOnce();
        poller.pollOnce();
        assertThat(bench.server.polls).isEqualTo(1);

        bench.server.trouble = Optional.empty();
        bench.later(Duration.ofSeconds(1));
        poller.pollOnce();
        poller.pollOnce();

        assertThat(bench.server.polls).isEqualTo(3);
    }

    @Test
    void codeThatCannotBeFetchedHoldsBackNobodyElse() {
        bench.source.troubleByBranch.put(
                "main", new SourceUnavailableException("GitError", "no answer", null));
        bench.server.active = List.of(request("r1", "alone"));
        poller.pollOnce();
        bench.source.troubleByBranch.clear();
        bench.server.active = List.of(request("r1", "alone"), in("v", request("r2", "alone")));

        poller.pollOnce();

        assertThat(bench.actions("r1")).containsExactly("alone");
        assertThat(bench.actions("r2")).containsExactly("alone");
    }

    @Test
    void knownRequestsThatAreStillListedArePassedOn() {
        bench.server.active = List.of(request("r", "alone"));

        poller.pollOnce();
        poller.pollOnce();

        assertThat(listed).containsExactly(List.of(), List.of(new RequestId("r")));
        assertThat(bench.jobs("r"))
                .extracting(Job::state)
                .hasOnlyElementsOfType(JobState.Open.class);
    }
}
