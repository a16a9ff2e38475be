package org.securebackend.runner.docker;

import com.github.dockerjava.api.model.HostConfig;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.executor.ExecutorUnavailableException;
import org.securebackend.runner.executor.ProgramSpec.DatabaseAddress;

/** What a program can reach: nothing, or the database (spec, section 2). */
final class Networks {
    private static final Pattern ADDRESS =
            Pattern.compile("[0-9.]+|\\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]*]?");

    private final Engine engine;
    private final Optional<DatabaseNetwork> database;
    private final BoundedCall lookUp;

    Networks(Engine engine, DockerSettings settings) {
        this.engine = engine;
        this.database = settings.database();
        this.lookUp = new BoundedCall(settings.callTimeout());
    }

    /** Connects a program to the database only, or to nothing at all. */
    void connect(HostConfig host, Optional<DatabaseAddress> address) {
        if (address.isEmpty()) {
            host.withNetworkMode("none");
            return;
        }
        DatabaseNetwork network =
                database.orElseThrow(() ->
                        new ExecutorException(
                                "a program needs the database, but no database network is"
                                        + " configured",
                                null));
        requirePresent(network);
        host.withNetworkMode(network.name()).withDns(network.nameServer());
        String name = address.get().host();
        if (!ADDRESS.matcher(name).matches()) {
            host.withExtraHosts(name + ":" + addressOf(name, network));
        }
    }

    private void requirePresent(DatabaseNetwork network) {
        String what = "look for the database network " + network.name();
        Answer<String> id =
                engine.ask(
                        what,
                        client ->
                                client.inspectNetworkCmd()
                                        .withNetworkId(network.name())
                                        .exec()
                                        .getId());
        switch (id) {
            case Answer.Given<String> _ -> {}
            case Answer.NotFound<String> _ ->
                    throw new ExecutorException(
                            "the database network '%s' does not exist on the Docker engine"
                                    .formatted(network.name()),
                            null);
            case Answer.Conflict<String>(var message) -> throw Engine.refused(what, message);
        }
    }

    private String addressOf(String name, DatabaseNetwork network) {
        String known = network.knownHosts().get(name);
        return known == null ? resolve(name) : known;
    }

    private String resolve(String name) {
        try {
            return lookUp.run(
                    "resolve the database's host",
                    () ->
                            Arrays.stream(InetAddress.getAllByName(name))
                                    .filter(Inet4Address.class::isInstance)
                                    .map(InetAddress::getHostAddress)
                                    .findFirst()
                                    .orElseThrow(() -> new UnknownHostException("no IPv4")));
        } catch (ExecutionException e) {
            throw new ExecutorUnavailableException(
                    "the database's host has no IPv4 address that this machine knows of", e);
        }
    }
}
