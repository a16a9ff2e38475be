package org.securebackend.runner.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.executor.ExecutorUnavailableException;
import org.securebackend.runner.executor.ProgramSpec.DatabaseAddress;

/**
 * Starts a container as that of a database job, and tries from within it to reach the databases,
 * which must work, and everything else, which must not.
 */
public final class DatabaseNetworkCheck implements Check {
    /** Ports on which hosts often have something that a job should not find. */
    private static final List<Integer> PORTS =
            List.of(22, 25, 53, 80, 111, 443, 445, 1433, 2375, 2376, 3128, 5432, 8080);

    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9.:_-]+");

    /** An answer after the connection counts, and so does none: the limit came after it. */
    private static final String FUNCTIONS =
            """
            try() {
              timeout 7 nc -w 3 "$2" "$3" </dev/null >/dev/null 2>&1
              case $? in 0|124|143) echo "$1=open";; 127) echo "$1=unknown";; *) echo "$1=closed";; esac
            }
            look() {
              if timeout 7 nslookup "$1" >/dev/null 2>&1; then echo names=open; else echo names=closed; fi
            }
            """;

    private final Probing probing;
    private final Places places;

    /** A host and one of its ports. */
    public record Place(String host, int port) {}

    /**
     * What is tried.
     *
     * @param databases by name
     * @param gateways addresses of the network's gateway, which is this host
     * @param outside something that must not be reached
     */
    public record Places(
            String network, Map<String, Place> databases, Gateways gateways, Place outside) {
        public Places {
            databases = new TreeMap<>(databases);
        }
    }

    /** Asks the engine for the addresses of a network's gateway. */
    public interface Gateways {
        /**
         * Empty if there is no such network.
         *
         * @throws ExecutorException if the engine cannot be asked
         */
        Optional<List<String>> of(String network);
    }

    public DatabaseNetworkCheck(Probing probing, Places places) {
        this.probing = probing;
        this.places = places;
    }

    @Override
    public String name() {
        return "database network";
    }

    @Override
    public List<Finding> examine() throws InterruptedException {
        if (places.databases().isEmpty()) {
            return List.of(Finding.ok(name(), "not needed: no job is given a database here"));
        }
        try {
            Optional<List<String>> gateways = places.gateways().of(places.network());
            if (gateways.isEmpty()) {
                return List.of(
                        Finding.failed(
                                name(),
                                "the engine has no network '%s'".formatted(places.network()),
                                "make it, leading to the database only (docs/operations.md), or set databases.network (DATABASE_ACCESS_NETWORK)"));
            }
            Optional<Probe> probe = probing.probe();
            if (probe.isEmpty()) {
                return List.of(
                        Finding.warning(
                                name(),
                                "not checked: there is no image to probe with",
                                IsolationCheck.NO_PROBE));
            }
            var findings = new ArrayList<Finding>();
            for (var database : places.databases().entrySet()) {
                findings.addAll(
                        lookFrom(
                                probe.get(),
                                database.getKey(),
                                database.getValue(),
                                gateways.get()));
            }
            return findings;
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
                            "a container as that of a database job cannot be started: "
                                    + e.getMessage(),
                            "see whether the database's host can be resolved here (databases.known_hosts), and the engine's own log"));
        }
    }

    private List<Finding> lookFrom(Probe probe, String name, Place database, List<String> gateways)
            throws IOException, InterruptedException {
        var tries = new TreeMap<String, Place>();
        tries.put("database", database);
        tries.put("outside", places.outside());
        for (String gateway : gateways) {
            for (int port : PORTS) {
                var place = new Place(gateway, port);
                if (!place.equals(database)) {
                    tries.put("gateway " + gateway + " port " + port, place);
                }
            }
        }
        Probe.Said said =
                probe.run(
                        "network-" + name,
                        script(tries),
                        Optional.of(new DatabaseAddress(database.host())));
        return judge(name, said);
    }

    private static String script(Map<String, Place> tries) {
        var script = new StringBuilder(FUNCTIONS);
        tries.forEach((what, place) -> {
            if (SAFE.matcher(place.host()).matches()) {
                script.append("try '%s' '%s' %d &%n".formatted(what, place.host(), place.port()));
            }
        });
        return script.append("look example.org &\nwait\n").toString();
    }

    List<Finding> judge(String database, Probe.Said said) {
        var findings = new ArrayList<Finding>();
        said.answers()
                .forEach((what, state) -> {
                    if (!what.equals("database") && state.equals("open")) {
                        findings.add(
                                Finding.failed(
                                        name(),
                                        "a database job can reach more than its database: " + what,
                                        "close the network '%s': reject everything from it but the database's address"
                                                .formatted(places.network())));
                    }
                });
        switch (said.answer("database")) {
            case "open" ->
                    findings.addFirst(
                            Finding.ok(
                                    name(),
                                    "the database '%s' can be reached%s"
                                            .formatted(
                                                    database,
                                                    findings.isEmpty()
                                                            ? ", and nothing else: neither the gateway, nor an outside address, nor names"
                                                            : "")));
            case "closed" ->
                    findings.addFirst(
                            Finding.failed(
                                    name(),
                                    "the database '%s' cannot be reached from a job's container"
                                            .formatted(database),
                                    "see whether it is up, and whether the rules of the network '%s' let its address and port through"
                                            .formatted(places.network())));
            default ->
                    findings.addFirst(
                            Finding.warning(
                                    name(),
                                    "not checked: the probe's image has no nc",
                                    IsolationCheck.NO_PROBE));
        }
        return findings;
    }
}
