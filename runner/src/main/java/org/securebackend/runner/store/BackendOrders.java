package org.securebackend.runner.store;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.securebackend.runner.store.JobStore.Flag;

/**
 * What operators (or the maintenance detector) have ordered of the whole backend. Kept in flags, so
 * that it survives restarts and the job server is told of it.
 *
 * @param paused since when nothing new starts
 * @param maintenance of the database
 * @param drain nothing new starts from a time on, and what runs may end
 * @param reboot since when running jobs are put back, so that the host can be restarted
 */
public record BackendOrders(
        Optional<Instant> paused,
        Optional<Maintenance> maintenance,
        Optional<Drain> drain,
        Optional<Instant> reboot) {

    /** Nothing is ordered. */
    public static final BackendOrders NONE =
            new BackendOrders(
                    Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private static final String PAUSED = "paused";
    private static final String MODE = "mode";
    private static final String MANUAL = "manual-db-maintenance";
    private static final String DRAIN = "drain";
    private static final String REBOOT = "prepare-reboot";

    private static final String TRUE = "true";
    private static final String ON = "on";
    private static final String DATABASE_MAINTENANCE = "db-maintenance";

    /** Nothing that needs the database runs. */
    public record Maintenance(Instant since, Origin origin) {
        /** Who says so. */
        public enum Origin {
            MANUAL,
            DETECTED
        }
    }

    /**
     * Nothing starts from {@code from} on; what runs at the deadline is put back.
     *
     * @param deadline not before {@code from}; empty: what runs has all the time it needs
     */
    public record Drain(Instant from, Optional<Instant> deadline) {
        private static final String OPEN_END = "..";

        public Drain {
            if (deadline.filter(end -> end.isBefore(from)).isPresent()) {
                throw new IllegalArgumentException("the deadline of a drain lies before its start");
            }
        }

        /** An interval as in ISO 8601: {@code FROM/DEADLINE}, or {@code FROM/..} without one. */
        String text() {
            return from + "/" + deadline.map(Instant::toString).orElse(OPEN_END);
        }

        /**
         * A value that somebody wrote by hand, and that cannot be read, counts from its setting.
         */
        static Drain read(String text, Instant setAt) {
            String[] ends = text.split("/", -1);
            try {
                if (ends.length == 2) {
                    return new Drain(
                            Instant.parse(ends[0]),
                            ends[1].equals(OPEN_END)
                                    ? Optional.empty()
                                    : Optional.of(Instant.parse(ends[1])));
                }
            } catch (DateTimeException | IllegalArgumentException _) {
                return new Drain(setAt, Optional.empty());
            }
            return new Drain(setAt, Optional.empty());
        }

        public boolean hasBegun(Instant now) {
            return !from.isAfter(now);
        }

        public boolean isOverdue(Instant now) {
            return deadline.filter(end -> !end.isAfter(now)).isPresent();
        }
    }

    /** What these flags order. */
    public static BackendOrders of(Map<String, Flag> flags) {
        return new BackendOrders(
                set(flags, PAUSED)
                        .filter(flag -> value(flag).toLowerCase(Locale.ROOT).equals(TRUE))
                        .map(Flag::changedAt),
                maintenance(flags),
                set(flags, DRAIN).map(flag -> Drain.read(value(flag), flag.changedAt())),
                set(flags, REBOOT).map(Flag::changedAt));
    }

    private static Optional<Maintenance> maintenance(Map<String, Flag> flags) {
        Optional<Flag> mode =
                set(flags, MODE).filter(flag -> value(flag).equals(DATABASE_MAINTENANCE));
        Optional<Flag> manual = set(flags, MANUAL);
        // By hand, the database is left alone even if nobody has set the mode yet.
        return mode.or(() -> manual)
                .map(flag ->
                        new Maintenance(
                                flag.changedAt(),
                                manual.isPresent()
                                        ? Maintenance.Origin.MANUAL
                                        : Maintenance.Origin.DETECTED));
    }

    private static Optional<Flag> set(Map<String, Flag> flags, String name) {
        return Optional.ofNullable(flags.get(name)).filter(flag -> !value(flag).isEmpty());
    }

    private static String value(Flag flag) {
        return flag.value().orElse("");
    }

    // What to set

    /** The flags of a pause. */
    public static Map<String, Optional<String>> pausing() {
        return Map.of(PAUSED, Optional.of(TRUE));
    }

    /** The flags that let jobs start again, whatever held them back but for the database. */
    public static Map<String, Optional<String>> resuming() {
        return Map.of(PAUSED, Optional.empty(), DRAIN, Optional.empty(), REBOOT, Optional.empty());
    }

    /** The flags of maintenance by hand. */
    public static Map<String, Optional<String>> maintaining() {
        return Map.of(MANUAL, Optional.of(ON), MODE, Optional.of(DATABASE_MAINTENANCE));
    }

    /** The flags of no maintenance. */
    public static Map<String, Optional<String>> endingMaintenance() {
        return Map.of(MANUAL, Optional.empty(), MODE, Optional.empty());
    }

    /** The flags that leave the mode to whoever asks the database. */
    public static Map<String, Optional<String>> detectingMaintenance() {
        return Map.of(MANUAL, Optional.empty());
    }

    /** The flags of a drain. */
    public static Map<String, Optional<String>> draining(Drain drain) {
        return Map.of(DRAIN, Optional.of(drain.text()));
    }

    /** The flags that end a drain. */
    public static Map<String, Optional<String>> endingDrain() {
        return Map.of(DRAIN, Optional.empty());
    }

    /** The flags of a reboot that is being prepared. */
    public static Map<String, Optional<String>> rebooting() {
        return Map.of(REBOOT, Optional.of(ON));
    }

    // What holds

    /** Whether nothing new may start. */
    public boolean holdBackStarts(Instant now) {
        return paused.isPresent()
                || reboot.isPresent()
                || drain.filter(order -> order.hasBegun(now)).isPresent();
    }

    /** Whether what runs is to be put back until the host was restarted. */
    public boolean putRunningBack(Instant now) {
        return reboot.isPresent() || drain.filter(order -> order.isOverdue(now)).isPresent();
    }

    /** The times, past ones too, at which something of this changes by itself. */
    public Stream<Instant> turns() {
        return drain.stream()
                .flatMap(
                        order -> Stream.concat(Stream.of(order.from()), order.deadline().stream()));
    }

    /** One line for each order in force, for operators. */
    public List<String> lines() {
        var lines = new ArrayList<String>();
        paused.ifPresent(since -> lines.add("paused since " + shown(since)));
        maintenance.ifPresent(order ->
                lines.add(
                        "database maintenance (%s) since %s"
                                .formatted(
                                        order.origin().name().toLowerCase(Locale.ROOT),
                                        shown(order.since()))));
        drain.ifPresent(order ->
                lines.add(
                        "draining from %s%s"
                                .formatted(
                                        shown(order.from()),
                                        order.deadline()
                                                .map(end -> " until " + shown(end))
                                                .orElse(", without a deadline"))));
        reboot.ifPresent(since -> lines.add("a reboot is prepared since " + shown(since)));
        return List.copyOf(lines);
    }

    private static String shown(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
