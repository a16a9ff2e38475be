package org.securebackend.runner.pipeline;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was probably meant. */
final class NearestName {
    private static final int LONGEST = 100;

    private NearestName() {}

    /** A closing half-sentence that names the nearest known name, or is empty. */
    static String hint(String typed, Collection<String> known) {
        return find(typed, known).map(name -> "; did you mean \"" + name + "\"?").orElse("");
    }

    /** The known name that differs least, if it differs little. */
    static Optional<String> find(String typed, Collection<String> known) {
        if (typed.length() > LONGEST) {
            return Optional.empty();
        }
        record Candidate(String name, int distance) {}
        int most = Math.clamp(typed.length() / 3, 1, 3);
        return known.stream()
                .filter(name -> Math.abs(name.length() - typed.length()) <= most)
                .map(name -> new Candidate(name, distance(typed, name, most)))
                .filter(candidate -> candidate.distance() <= most)
                .min(Comparator.comparingInt(Candidate::distance))
                .map(Candidate::name);
    }

    /**
     * Letters to insert, remove or replace, and neighbours to swap; anything above {@code most}
     * once that is sure.
     */
    private static int distance(String one, String other, int most) {
        String a = alike(one);
        String b = alike(other);
        int[] above = new int[b.length() + 1];
        int[] twoAbove = above;
        int leastAbove = 0;
        for (int j = 0; j < above.length; j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            int least = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], 1 + twoAbove[j - 2]);
                }
                least = Math.min(least, row[j]);
            }
            if (least > most && leastAbove > most) {
                return most + 1;
            }
            leastAbove = least;
            twoAbove = above;
            above = row;
        }
        return above[b.length()];
    }

    private static String alike(String name) {
        return name.toLowerCase(Locale.ROOT).replace('-', '_');
    }
}
