package org.securebackend.runner.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.executor.ExecutorUnavailableException;

/** Starts a container as that of an ordinary job, and looks around in it. */
public final class IsolationCheck implements Check {
    static final String NO_PROBE =
            "install Debian's package busybox-static, or name an image that has sh, cat, grep, id and nc: doctor.probe_image";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NO_CAPABILITIES = "0000000000000000";
    private static final String SCRIPT =
            """
            echo user=$(id -u):$(id -g)
            for name in CapEff CapPrm CapBnd CapInh CapAmb NoNewPrivs; do
              echo $name=$(grep "^$name:" /proc/self/status | cut -f2)
            done
            echo routes=$(grep -vc Iface /proc/net/route)
            echo memory=$(cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null)
            echo processes=$(cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max 2>/dev/null)
            echo workspace=$(cat /workspace/probe.txt)
            echo text >/workspace/written && echo writing=yes
            """;

    private final Probing probing;
    private final Expected expected;

    /**
     * What must be in force.
     *
     * @param user {@code uid:gid}
     */
    public record Expected(String user, long memoryBytes, long processes) {}

    public IsolationCheck(Probing probing, Expected expected) {
        this.probing = probing;
        this.expected = expected;
    }

    @Override
    public String name() {
        return "isolation";
    }

    @Override
    public List<Finding> examine() throws InterruptedException {
        try {
            Optional<Probe> probe = probing.probe();
            if (probe.isEmpty()) {
                return List.of(
                        Finding.warning(
                                name(), "not checked: there is no image to probe with", NO_PROBE));
            }
            return judge(probe.get().run("isolation", SCRIPT, Optional.empty()));
        } catch (ExecutorUnavailableException e) {
            return List.of(
                    Finding.failed(
                            name(),
                            "no container could be looked at: " + e.getMessage(),
                            "mend the engine first"));
        } catch (ExecutorException | IOException e) {
            return List.of(
                    Finding.failed(
                            name(),
                            "a container as that of a job cannot be started: " + e.getMessage(),
                            "see the engine's own log, and whether storage.volumes can be bound into containers (storage.volumes_on_host)"));
        }
    }

    List<Finding> judge(Probe.Said said) {
        var wrong = new ArrayList<Finding>();
        for (String set : List.of("CapEff", "CapPrm", "CapBnd", "CapInh", "CapAmb")) {
            expect(wrong, said, set, NO_CAPABILITIES);
        }
        expect(wrong, said, "NoNewPrivs", "1");
        expect(wrong, said, "user", expected.user());
        expect(wrong, said, "routes", "0");
        expect(wrong, said, "workspace", Probe.CONTENT);
        expect(wrong, said, "writing", "yes");
        limit(wrong, said, "memory", expected.memoryBytes());
        limit(wrong, said, "processes", expected.processes());
        JsonNode host = description(said).path("HostConfig");
        if (!host.path("NetworkMode").asText().equals("none")
                || host.path("Privileged").asBoolean()) {
            wrong.add(
                    failed(
                            "the engine gave a job's container a network, or every right",
                            "the engine, or something between, changes what it is asked for: see its configuration"));
        }
        return wrong.isEmpty()
                ? List.of(
                        Finding.ok(
                                name(),
                                "no network, no capabilities, no new privileges, user %s, %d bytes of memory, %d processes"
                                        .formatted(
                                                expected.user(),
                                                expected.memoryBytes(),
                                                expected.processes())))
                : wrong;
    }

    private void expect(List<Finding> wrong, Probe.Said said, String what, String value) {
        if (!said.answer(what).equals(value)) {
            wrong.add(
                    failed(
                            "in a job's container %s is '%s', not '%s'"
                                    .formatted(what, cut(said.answer(what)), value),
                            "do not run jobs before that is understood: see the engine's configuration (user namespaces, security profiles, mounts)"));
        }
    }

    private void limit(List<Finding> wrong, Probe.Said said, String what, long value) {
        String found = said.answer(what);
        if (found.isEmpty()) {
            wrong.add(
                    Finding.warning(
                            name(),
                            "the limit of %s cannot be seen from inside".formatted(what),
                            "see that the engine says no warning of it: docker info"));
        } else if (!found.equals(Long.toString(value))) {
            wrong.add(
                    failed(
                            "the limit of %s is %s in a job's container, not %d"
                                    .formatted(what, cut(found), value),
                            "the kernel does not enforce it: see docker info, and the kernel's cgroup settings"));
        }
    }

    private static JsonNode description(Probe.Said said) {
        try {
            return JSON.readTree(said.description());
        } catch (IOException e) {
            return JSON.createObjectNode();
        }
    }

    private Finding failed(String what, String remedy) {
        return Finding.failed(name(), what, remedy);
    }

    private static String cut(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "..." : text;
    }
}
