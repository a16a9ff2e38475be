package org.securebackend.runner.config;

import java.util.ArrayList;
import java.util.List;

/**
 * The old kind of file for weights: sections named by workspace, lines {@code pattern = weight}.
 * Taken literally: no key changes its letter case, a pattern may hold {@code :} and {@code %}, and
 * no section has a special meaning (configuration-and-operations.md, section 3).
 */
final class WeightsFile {
    private WeightsFile() {}

    /**
     * What is in the file.
     *
     * @param problems each begins with its line's number
     */
    record Reading(List<ResourceWeights.Rule> rules, List<String> problems) {}

    static Reading read(List<String> lines) {
        var rules = new ArrayList<ResourceWeights.Rule>();
        var problems = new ArrayList<String>();
        String workspace = "";
        int number = 0;
        for (String raw : lines) {
            number++;
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
                continue;
            }
            // No weight ends in a bracket, so this is a section even if a pattern begins with one.
            if (line.startsWith("[") && line.endsWith("]")) {
                workspace = line.substring(1, line.length() - 1);
                continue;
            }
            try {
                rules.add(rule(workspace, line));
            } catch (UnfitException e) {
                problems.add(number + ": " + e.details().getFirst().message());
            }
        }
        return new Reading(rules, problems);
    }

    // At the last sign: a pattern may hold one, a weight cannot.
    private static ResourceWeights.Rule rule(String workspace, String line) {
        int sign = line.lastIndexOf('=');
        if (sign < 0) {
            throw new UnfitException("must be a [workspace] or a line: pattern = weight");
        }
        if (workspace.isEmpty()) {
            throw new UnfitException("a line before the first [workspace]");
        }
        return ResourceWeights.rule(
                workspace, line.substring(0, sign).strip(), line.substring(sign + 1).strip());
    }
}
