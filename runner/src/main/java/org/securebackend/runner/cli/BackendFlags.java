package org.securebackend.runner.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.securebackend.runner.config.RunnerConfig;
import org.securebackend.runner.store.BackendOrders;
import org.securebackend.runner.store.JobStore;

/** Sets flags and sees that the daemon takes them up. */
final class BackendFlags {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Product product;
    private final RunnerConfig config;
    private final JobStore store;

    /** What became of flags that were set. */
    enum Reception {
        TAKEN_UP("The daemon has taken it up.", "taken_up"),
        NO_DAEMON("The daemon is not running: it holds from its next start on.", "no_daemon"),
        NOT_YET(
                "The daemon has not taken it up yet; it will when it looks next. See its log if it does not.",
                "not_yet");

        private final String text;
        private final String word;

        Reception(String text, String word) {
            this.text = text;
            this.word = word;
        }

        String text() {
            return text;
        }
    }

    BackendFlags(Product product, RunnerConfig config, JobStore store) {
        this.product = product;
        this.config = config;
        this.store = store;
    }

    /** Sets flags, rings, and waits a few seconds for the daemon, if there is one. */
    Reception set(Map<String, Optional<String>> flags) {
        store.setFlags(flags, Instant.now());
        product.ring(config);
        if (!product.hasDaemon(config)) {
            return Reception.NO_DAEMON;
        }
        return WaitFor.condition(PATIENCE, () -> !store.hasUnseenFlags())
                ? Reception.TAKEN_UP
                : Reception.NOT_YET;
    }

    BackendOrders orders() {
        return BackendOrders.of(store.flags());
    }

    /** The orders in force, and how the daemon took the last one. */
    ObjectNode json(Reception reception) {
        ObjectNode json = json(orders());
        json.put("daemon", reception.word);
        return json;
    }

    /** The orders in force; times in UTC, null: not in force. */
    static ObjectNode json(BackendOrders orders) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("paused_since", orders.paused().map(Times::utc).orElse(null));
        json.put(
                "database_maintenance_since",
                orders.maintenance().map(order -> Times.utc(order.since())).orElse(null));
        json.put(
                "database_maintenance",
                orders.maintenance()
                        .map(order ->
                                order.origin() == BackendOrders.Maintenance.Origin.MANUAL
                                        ? "manual"
                                        : "detected")
                        .orElse(null));
        json.put("drain_from", orders.drain().map(order -> Times.utc(order.from())).orElse(null));
        json.put(
                "drain_deadline",
                orders.drain().flatMap(BackendOrders.Drain::deadline).map(Times::utc).orElse(null));
        json.put("reboot_prepared_since", orders.reboot().map(Times::utc).orElse(null));
        return json;
    }
}
