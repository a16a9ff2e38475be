package org.securebackend.runner.pipeline;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an action promises to leave behind.
 *
 * @param outputs in the order highly, moderately, minimally sensitive and then of the file
 * @param levels the levels that the file names, also such with nothing in them
 */
public record OutputSpec(List<Output> outputs, Set<PrivacyLevel> levels) {
    public OutputSpec {
        outputs = List.copyOf(outputs);
        levels = Set.copyOf(levels);
    }

    /** These outputs, and no other levels than theirs. */
    public OutputSpec(List<Output> outputs) {
        this(outputs, outputs.stream().map(Output::level).collect(Collectors.toSet()));
    }

    /** One labelled pattern of one level. */
    public record Output(PrivacyLevel level, String label, OutputPattern pattern) {}

    /** The patterns, in order. */
    public List<OutputPattern> patterns() {
        return outputs.stream().map(Output::pattern).toList();
    }
}
