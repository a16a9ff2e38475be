package org.securebackend.runner.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the key that was probably meant. */
final class NearestKey {
    private static final int LONGEST = 100;

    private NearestKey() {}

    private record Candidate(String key, int distance) {}

    /** The known key that differs from {@code typed} in the fewest letters, if in few. */
    static Optional<String> of(String typed, Collection<String> known) {
        if (typed.length() > LONGEST) {
            return Optional.empty();
        }
        int most = Math.clamp(typed.length() / 4, 1, 3);
        return known.stream()
                .map(key -> new Candidate(key, distance(typed, key)))
                .filter(candidate -> candidate.distance() <= most)
                .min(Comparator.comparingInt(Candidate::distance))
                .map(Candidate::key);
    }

    /** Letters to insert, remove or replace. */
    private static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j < above.length; j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[b.length()];
    }
}
