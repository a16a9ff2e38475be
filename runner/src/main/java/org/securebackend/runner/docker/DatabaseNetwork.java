package org.securebackend.runner.docker;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The network of programs that may reach the database.
 *
 * @param name of a network that exists on the engine and leads to the database only
 * @param nameServer address that programs ask for names; a dead one, so that nothing leaves by way
 *     of names
 * @param knownHosts addresses by host name, for database hosts that this machine cannot resolve
 */
public record DatabaseNetwork(String name, String nameServer, Map<String, String> knownHosts) {
    /** Reserved for documentation, so nobody answers there (spec, section 2). */
    public static final String DEAD_NAME_SERVER = "192.0.2.0";

    private static final Set<String> OPEN = Set.of("bridge", "default", "host", "none", "");

    public DatabaseNetwork {
        knownHosts = Map.copyOf(knownHosts);
        String plain = name.strip().toLowerCase(Locale.ROOT);
        if (OPEN.contains(plain) || plain.startsWith("container:")) {
            throw new IllegalArgumentException(
                    "the database network must be one of its own, not '%s'".formatted(name));
        }
    }

    /** With a dead name server, all hosts being resolved by this machine. */
    public static DatabaseNetwork named(String name) {
        return new DatabaseNetwork(name, DEAD_NAME_SERVER, Map.of());
    }
}
