package org.securebackend.runner.devserver;

import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** When a poll first listed a request, and first listed it as cancelled; for measuring runners. */
final class Listings {
    private final Map<String, Long> listed = new ConcurrentHashMap<>();
    private final Map<String, Long> cancelled = new ConcurrentHashMap<>();

    void note(RequestRecord request) {
        long now = System.nanoTime();
        listed.putIfAbsent(request.identifier(), now);
        if (!request.cancelledActions().isEmpty()) {
            cancelled.putIfAbsent(request.identifier(), now);
        }
    }

    /** By the clock of {@link System#nanoTime}. */
    OptionalLong listed(String request) {
        return of(listed, request);
    }

    /** By the clock of {@link System#nanoTime}. */
    OptionalLong cancelled(String request) {
        return of(cancelled, request);
    }

    private static OptionalLong of(Map<String, Long> times, String request) {
        Long time = times.get(request);
        return time == null ? OptionalLong.empty() : OptionalLong.of(time);
    }
}
