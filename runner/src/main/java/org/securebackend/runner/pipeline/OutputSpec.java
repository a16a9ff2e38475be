package org.securebackend.runner.pipeline;

import java.util.List;

/**
 * What an action promises to leave behind, in the order highly, moderately, minimally sensitive and
 * then of the file.
 */
public record OutputSpec(List<Output> outputs) {
    public OutputSpec {
        outputs = List.copyOf(outputs);
    }

    /** One labelled pattern of one level. */
    public record Output(PrivacyLevel level, String label, OutputPattern pattern) {}

    /** The patterns, in order. */
    public List<OutputPattern> patterns() {
        return outputs.stream().map(Output::pattern).toList();
    }
}
