package org.securebackend.runner.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.securebackend.runner.job.JobMetrics;

/** What a program used, in the server's words (protocol, section 7). */
final class WireMetrics {
    private WireMetrics() {}

    static void put(ObjectNode json, JobMetrics metrics) {
        put(json, "cpu", metrics.processor());
        put(json, "mem_mb", metrics.memory());
        json.put("container_id", metrics.program());
    }

    private static void put(ObjectNode json, String what, JobMetrics.Series series) {
        json.put(what + "_sample", series.sample());
        json.put(what + "_cumsum", series.sum());
        json.put(what + "_mean", series.mean());
        json.put(what + "_peak", series.peak());
    }
}
