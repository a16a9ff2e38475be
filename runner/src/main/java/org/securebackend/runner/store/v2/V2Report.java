package org.securebackend.runner.store.v2;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an import did, or would do.
 *
 * @param schema of version 2's database
 * @param requests taken over
 * @param known requests that were here already and were left as they are
 * @param jobs taken over, by what they are now: {@code waiting}, {@code succeeded}, {@code failed}
 * @param flags names of those that were set
 * @param notes lines that an operator should read
 */
public record V2Report(
        int schema,
        int requests,
        int known,
        SortedMap<String, Integer> jobs,
        List<String> flags,
        Files files,
        List<String> notes) {
    public V2Report {
        jobs = new TreeMap<>(jobs);
        flags = List.copyOf(flags);
        notes = List.copyOf(notes);
    }

    /**
     * Where the facts about files came from.
     *
     * @param missing files of which nothing is left
     */
    public record Files(int fromManifests, int hashed, long hashedBytes, int absent, int missing) {}

    /** Whether anything was new. */
    public boolean hasNews() {
        return requests > 0 || !flags.isEmpty();
    }
}
