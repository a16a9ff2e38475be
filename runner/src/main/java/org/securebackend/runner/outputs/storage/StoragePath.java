package org.securebackend.runner.outputs.storage;

import java.util.ArrayList;
import java.util.List;

/**
 * A path below the base of a storage. Has at least one part; no part is empty, {@code .} or {@code
 * ..}, or holds a slash or NUL: so it cannot lead out, links apart.
 */
public record StoragePath(List<String> parts) {

    public StoragePath {
        parts = List.copyOf(parts);
        if (parts.isEmpty() || parts.stream().anyMatch(StoragePath::isNoName)) {
            throw new IllegalArgumentException("not a path inside a storage");
        }
    }

    private static boolean isNoName(String part) {
        return part.isEmpty()
                || part.equals(".")
                || part.equals("..")
                || part.indexOf('/') >= 0
                || part.indexOf('\0') >= 0;
    }

    /** The path of these parts, each one name. */
    public static StoragePath of(String... parts) {
        return new StoragePath(List.of(parts));
    }

    /** The path {@code relative}, its parts separated by {@code /}, below this one. */
    public StoragePath plus(String relative) {
        var all = new ArrayList<>(parts);
        all.addAll(List.of(relative.split("/", -1)));
        return new StoragePath(all);
    }

    /** The last part. */
    public String name() {
        return parts.getLast();
    }

    /** All parts but the last; may be none. */
    List<String> folders() {
        return parts.subList(0, parts.size() - 1);
    }

    @Override
    public String toString() {
        return String.join("/", parts);
    }
}
