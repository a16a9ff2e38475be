package org.securebackend.runner.doctor;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.executor.ExecutorUnavailableException;

/** The engine: whether it answers, what it is, and whether it can limit what jobs take. */
public final class EngineCheck implements Check {
    private final URI address;
    private final Wanted wanted;
    private final Supplier<Facts> engine;

    /** What jobs together may take. */
    public record Wanted(double cpusOfAll, long memoryBytesOfAll) {}

    /**
     * What the engine says of itself.
     *
     * @param missing limits that it cannot enforce, by name
     */
    public record Facts(
            String version,
            String storageDriver,
            String cgroups,
            int processors,
            long memoryBytes,
            List<String> missing) {
        public Facts {
            missing = List.copyOf(missing);
        }
    }

    /**
     * @param engine asks it; throws {@link ExecutorException} if it cannot be asked
     */
    public EngineCheck(URI address, Wanted wanted, Supplier<Facts> engine) {
        this.address = address;
        this.wanted = wanted;
        this.engine = engine;
    }

    @Override
    public String name() {
        return "engine";
    }

    @Override
    public List<Finding> examine() {
        try {
            return judge(engine.get());
        } catch (ExecutorUnavailableException e) {
            return List.of(Finding.unreachable(name(), String.valueOf(e.getMessage()), remedy()));
        } catch (ExecutorException e) {
            return List.of(
                    Finding.failed(
                            name(),
                            String.valueOf(e.getMessage()),
                            "a filter before its socket must let version, info, containers, images, networks and events through"));
        }
    }

    private String remedy() {
        if ("unix".equals(address.getScheme())) {
            Path socket = Path.of(address.getPath());
            if (!Files.exists(socket)) {
                return "start the engine, or name its socket: containers.engine is " + address;
            }
            if (!Files.isWritable(socket)) {
                return "this user may not use %s: put it into the group that owns the socket"
                        .formatted(socket);
            }
        }
        return "see whether it runs and what its own log says; containers.engine is " + address;
    }

    private List<Finding> judge(Facts facts) {
        var findings = new ArrayList<Finding>();
        for (String limit : facts.missing()) {
            findings.add(
                    Finding.failed(
                            name(),
                            "it cannot limit " + limit,
                            "switch that on in the kernel (docker info tells), or use another kernel"));
        }
        if (wanted.memoryBytesOfAll() > facts.memoryBytes()) {
            findings.add(
                    Finding.warning(
                            name(),
                            "all workers together may take %d GB of memory, and it has %d"
                                    .formatted(
                                            wanted.memoryBytesOfAll() >> 30,
                                            facts.memoryBytes() >> 30),
                            "lower jobs.workers or jobs.memory, unless most jobs take much less"));
        }
        if (wanted.cpusOfAll() > 2.0 * facts.processors()) {
            findings.add(
                    Finding.warning(
                            name(),
                            "all workers together may take %.0f processors, and it has %d"
                                    .formatted(wanted.cpusOfAll(), facts.processors()),
                            "lower jobs.workers or jobs.cpus"));
        }
        findings.addFirst(
                Finding.ok(
                        name(),
                        "version %s, storage %s, cgroups %s, %d processors, %d GB"
                                .formatted(
                                        facts.version(),
                                        facts.storageDriver(),
                                        facts.cgroups(),
                                        facts.processors(),
                                        facts.memoryBytes() >> 30)));
        return findings;
    }
}
