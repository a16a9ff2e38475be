package org.securebackend.runner.pipeline;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What an action must declare that extracts records from the database. Which rules hold is decided
 * by the raw text of {@code run} (project-yaml spec, sections 6 and 10).
 */
final class ExtractionRules {
    private static final Pattern COHORT = Pattern.compile("cohortextractor:\\S+ generate_cohort");
    private static final Pattern DATASET =
            Pattern.compile("ehrql:\\S+ generate[-_]dataset|databuilder");

    private static final String OUTPUT = "--output";
    private static final String OUTPUT_DIR = "--output-dir";

    private ExtractionRules() {}

    /** A broken rule: in the {@code run} text, or in the {@code outputs}. */
    sealed interface Breach {
        String message();

        record InRun(String message) implements Breach {}

        record InOutputs(String message) implements Breach {}
    }

    /** The first rule that the action breaks. */
    static Optional<Breach> check(String raw, RunCommand run, OutputSpec outputs) {
        if (COHORT.matcher(raw).lookingAt()) {
            return cohort(run, outputs);
        }
        return DATASET.matcher(raw).lookingAt() ? dataset(run, outputs) : Optional.empty();
    }

    private static Optional<Breach> cohort(RunCommand run, OutputSpec outputs) {
        if (outputs.levels().size() != 1) {
            return Optional.of(
                    new Breach.InOutputs("generate_cohort needs outputs of exactly one level"));
        }
        Set<String> directories =
                outputs.patterns().stream()
                        .map(OutputPattern::directory)
                        .collect(Collectors.toSet());
        boolean saysWhere =
                run.arguments().stream()
                        .anyMatch(word ->
                                word.equals(OUTPUT_DIR) || word.startsWith(OUTPUT_DIR + "="));
        return directories.size() > 1 && !saysWhere
                ? Optional.of(
                        new Breach.InOutputs(
                                "generate_cohort needs all outputs in one directory, or the"
                                        + " option --output-dir in run"))
                : Optional.empty();
    }

    private static Optional<Breach> dataset(RunCommand run, OutputSpec outputs) {
        if (outputs.outputs().stream()
                .anyMatch(output -> output.level() != PrivacyLevel.HIGHLY_SENSITIVE)) {
            return Optional.of(
                    new Breach.InOutputs(
                            "a generated dataset must be highly_sensitive, all of it"));
        }
        Optional<String> target = optionValue(run).filter(value -> !value.isEmpty());
        if (target.isEmpty()) {
            return Optional.of(
                    new Breach.InRun(
                            "generating a dataset needs the option --output with one of the"
                                    + " outputs as its value"));
        }
        return names(target.get(), outputs)
                ? Optional.empty()
                : Optional.of(
                        new Breach.InRun(
                                "the value of --output, \""
                                        + target.get()
                                        + "\", is not among the outputs"));
    }

    /** The value of the first {@code --output}, as a word of its own or behind an equals sign. */
    private static Optional<String> optionValue(RunCommand run) {
        var words = run.arguments().iterator();
        while (words.hasNext()) {
            String word = words.next();
            if (word.equals(OUTPUT)) {
                return words.hasNext() ? Optional.of(words.next()) : Optional.empty();
            }
            if (word.startsWith(OUTPUT + "=")) {
                return Optional.of(word.substring(OUTPUT.length() + 1));
            }
        }
        return Optional.empty();
    }

    private static boolean names(String target, OutputSpec outputs) {
        var patterns = outputs.patterns();
        if (patterns.contains(new OutputPattern(target))) {
            return true;
        }
        int nameStart = target.lastIndexOf('/') + 1;
        int colon = target.lastIndexOf(':');
        if (colon < nameStart) {
            return false;
        }
        String directory = directory(target, nameStart, colon);
        String ending = "." + target.substring(colon + 1);
        return isNormal(directory)
                && patterns.stream()
                        .allMatch(pattern ->
                                pattern.directory().equals(directory)
                                        && pattern.text().endsWith(ending));
    }

    /** Of {@code dir:ext} and {@code dir/:ext} alike. */
    private static String directory(String target, int nameStart, int colon) {
        return colon == nameStart && nameStart > 0
                ? target.substring(0, nameStart - 1)
                : target.substring(0, colon);
    }

    private static boolean isNormal(String directory) {
        return !directory.isEmpty()
                && !directory.equals(".")
                && !directory.endsWith("/.")
                && !directory.endsWith("/");
    }
}
