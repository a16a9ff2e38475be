package org.securebackend.runner.doctor;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.securebackend.runner.server.JobServerException;
import org.securebackend.runner.server.ServerProbe;

/** The job server: whether it answers, takes the token, and agrees about the time. */
public final class ServerCheck implements Check {
    private static final Duration TOLERANCE = Duration.ofMinutes(1);
    private static final Duration NEAR = Duration.ofSeconds(10);

    private final Optional<Supplier<ServerProbe.Answer>> server;
    private final InstantSource clock;

    /**
     * @param server asks it; empty if there is no token. Throws {@link JobServerException} if it
     *     cannot be asked
     */
    public ServerCheck(Optional<Supplier<ServerProbe.Answer>> server, InstantSource clock) {
        this.server = server;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "job server";
    }

    @Override
    public List<Finding> examine() {
        if (server.isEmpty()) {
            return List.of(
                    Finding.failed(
                            name(),
                            "not checked: there is no token",
                            "set JOB_SERVER_TOKEN, or JOB_SERVER_TOKEN_FILE"));
        }
        try {
            ServerProbe.Answer answer = server.get().get();
            var findings = new ArrayList<Finding>();
            findings.add(judge(answer.status()));
            findings.add(clock(answer.date()));
            return findings;
        } catch (JobServerException e) {
            return List.of(
                    Finding.unreachable(
                            name(),
                            String.valueOf(e.getMessage()),
                            "see job_server.endpoint (JOB_SERVER_ENDPOINT), the way through firewalls, and whether the server is up"));
        }
    }

    private Finding judge(int status) {
        if (status == 401 || status == 403) {
            return Finding.failed(
                    name(),
                    "it answers, and refuses the token (%d)".formatted(status),
                    "put this backend's token into JOB_SERVER_TOKEN, or the file that JOB_SERVER_TOKEN_FILE names");
        }
        // An empty report may be refused, but only after the token was taken.
        if (status / 100 == 2 || status == 400) {
            return Finding.ok(name(), "it answers and takes the token");
        }
        return status >= 500
                ? Finding.unreachable(
                        name(), "it answers %d".formatted(status), "ask who runs it; jobs go on")
                : Finding.failed(
                        name(),
                        "it answers %d to a report".formatted(status),
                        "see whether job_server.endpoint is the beginning of its API");
    }

    private Finding clock(Optional<Instant> date) {
        if (date.isEmpty()) {
            return Finding.warning(
                    "clock",
                    "not checked: the server names no time",
                    "compare it yourself: date -u");
        }
        Duration off = Duration.between(date.get(), clock.instant());
        Duration distance = off.abs();
        String what =
                "%d s %s the job server"
                        .formatted(distance.toSeconds(), off.isNegative() ? "behind" : "ahead of");
        String remedy = "switch time synchronisation on: timedatectl, chronyc tracking";
        if (distance.compareTo(TOLERANCE) > 0) {
            return Finding.failed("clock", what, remedy);
        }
        return distance.compareTo(NEAR) > 0
                ? Finding.warning("clock", what, remedy)
                : Finding.ok("clock", what);
    }
}
