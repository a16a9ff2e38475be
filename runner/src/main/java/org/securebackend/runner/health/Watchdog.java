package org.securebackend.runner.health;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices what does not get on: tells the log once, with what all threads are doing, and the {@link
 * HealthFile} for as long as it lasts. Belongs to one thread at a time.
 */
public final class Watchdog {
    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);

    /** Looks that may be missed before a daemon counts as silent. */
    private static final int LOOKS_MISSED = 6;

    private final Supplier<List<AtWork>> atWork;
    private final HealthFile file;
    private final InstantSource clock;
    private final Duration interval;
    private Set<String> known = Set.of();
    private boolean fileFails;

    /**
     * @param interval between two looks
     */
    public Watchdog(
            Supplier<List<AtWork>> atWork,
            HealthFile file,
            InstantSource clock,
            Duration interval) {
        this.atWork = atWork;
        this.file = file;
        this.clock = clock;
        this.interval = interval;
    }

    /** Looks once. */
    public void look() {
        List<AtWork> stuck = atWork.get().stream().filter(AtWork::isStuck).toList();
        tell(stuck);
        Instant now = clock.instant();
        write(
                new Health(
                        now,
                        now.plus(interval.multipliedBy(LOOKS_MISSED)),
                        ProcessHandle.current().pid(),
                        stuck.stream()
                                .map(each -> new Health.Stuck(each.what(), each.silent()))
                                .toList()));
    }

    private void tell(List<AtWork> stuck) {
        var names = new HashSet<String>();
        stuck.forEach(each -> names.add(each.what()));
        List<AtWork> news = stuck.stream().filter(each -> !known.contains(each.what())).toList();
        for (AtWork each : news) {
            log.error(
                    "{} has given no sign of life for {} s; at work:{}",
                    each.what(),
                    each.silent().toSeconds(),
                    each.thread().map(Watchdog::stack).orElse(" nobody"));
        }
        if (!news.isEmpty()) {
            log.error("what all threads are doing:{}", allThreads());
        }
        known.stream()
                .filter(name -> !names.contains(name))
                .forEach(name -> log.info("{} is not stuck any more", name));
        known = names;
    }

    private static String allThreads() {
        return Thread.getAllStackTraces().entrySet().stream()
                .map(thread -> text(thread.getKey(), thread.getValue()))
                .collect(Collectors.joining());
    }

    private static String stack(Thread thread) {
        return text(thread, thread.getStackTrace());
    }

    private static String text(Thread thread, StackTraceElement[] stack) {
        var text = new StringBuilder();
        text.append("%n\"%s\" %s".formatted(thread.getName(), thread.getState()));
        for (StackTraceElement frame : stack) {
            text.append("%n    at %s".formatted(frame));
        }
        return text.toString();
    }

    /** A disk that is full is said once, not at every look. */
    private void write(Health health) {
        try {
            file.write(health);
            fileFails = false;
        } catch (IOException e) {
            if (!fileFails) {
                log.warn("the daemon's health cannot be written; it will seem silent", e);
            }
            fileFails = true;
        }
    }

    /** The daemon ends: nobody is to take it for silent. */
    public void leave() {
        try {
            file.remove();
        } catch (IOException e) {
            log.warn("the daemon's health cannot be removed", e);
        }
    }

    /** A loop's name and its pulse, as {@link AtWork}. */
    public static List<AtWork> loops(Map<String, Pulse> loops, Duration limit) {
        return loops.entrySet().stream()
                .flatMap(
                        loop -> loop.getValue().atWork("the loop " + loop.getKey(), limit).stream())
                .toList();
    }
}
