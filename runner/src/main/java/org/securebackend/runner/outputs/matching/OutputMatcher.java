package org.securebackend.runner.outputs.matching;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.securebackend.runner.pipeline.OutputPattern;
import org.securebackend.runner.pipeline.OutputSpec;
import org.securebackend.runner.pipeline.OutputSpec.Output;
import org.securebackend.runner.pipeline.PrivacyLevel;

/**
 * Decides which level a path gets. An exact pattern beats one with {@code *}; among equals the most
 * restrictive level wins.
 */
public final class OutputMatcher {
    private static final Comparator<Output> STRONGEST_FIRST =
            Comparator.comparing((Output output) -> !output.pattern().isExact())
                    .thenComparing(Output::level);

    private final List<Output> strongestFirst;

    public OutputMatcher(OutputSpec spec) {
        this.strongestFirst = spec.outputs().stream().sorted(STRONGEST_FIRST).toList();
    }

    /**
     * What the patterns say of a path.
     *
     * @param patterns all that match, the one that decided first
     * @param contested whether patterns of other levels match too
     */
    public record Match(PrivacyLevel level, List<OutputPattern> patterns, boolean contested) {
        public Match {
            patterns = List.copyOf(patterns);
        }
    }

    /** The match of a relative path, its parts separated by {@code /}; empty if it is no output. */
    public Optional<Match> match(String path) {
        var matching = new ArrayList<OutputPattern>();
        Set<PrivacyLevel> levels = new HashSet<>();
        Optional<PrivacyLevel> decided = Optional.empty();
        for (Output output : strongestFirst) {
            if (output.pattern().matches(path)) {
                decided = decided.or(() -> Optional.of(output.level()));
                matching.add(output.pattern());
                levels.add(output.level());
            }
        }
        return decided.map(level -> new Match(level, matching, levels.size() > 1));
    }
}
