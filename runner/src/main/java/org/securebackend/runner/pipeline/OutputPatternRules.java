package org.securebackend.runner.pipeline;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Which texts are output patterns (project-yaml spec, section 5). */
final class OutputPatternRules {
    /** Types of file that may be released at level 4. Letter case counts. */
    private static final Set<String> LEVEL_4_EXTENSIONS =
            Set.of(
                    ".csv", ".jpg", ".jpeg", ".png", ".svg", ".svgz", ".html", ".txt", ".log",
                    ".json", ".md");

    private static final String RESERVED = "metadata";
    private static final Pattern WINDOWS_DRIVE = Pattern.compile("[A-Za-z]:/.*", Pattern.DOTALL);

    private OutputPatternRules() {}

    /** Why this text cannot be a pattern of that level; the first rule that it breaks. */
    static Optional<String> problem(String pattern, PrivacyLevel level) {
        return wildcardProblem(pattern)
                .or(() -> extensionProblem(pattern, level))
                .or(() -> placeProblem(pattern));
    }

    private static Optional<String> wildcardProblem(String pattern) {
        if (pattern.chars().anyMatch(Character::isISOControl)) {
            return Optional.of(
                    "a path cannot contain line breaks, tabs or other control characters");
        }
        if (pattern.indexOf('\\') >= 0) {
            return Optional.of(
                    "a path cannot contain a backslash; separate its parts by forward slashes");
        }
        if (pattern.contains("**") || pattern.indexOf('?') >= 0 || pattern.indexOf('[') >= 0) {
            return Optional.of(
                    "the only wildcard is a single *, for any characters but a slash; ** and ? and"
                            + " [ have no meaning here");
        }
        return Optional.empty();
    }

    private static Optional<String> extensionProblem(String pattern, PrivacyLevel level) {
        String extension = extension(pattern);
        if (extension.isEmpty()) {
            return Optional.of("a path must end in a file extension, such as .csv");
        }
        if (extension.endsWith("*")) {
            return Optional.of("the file extension cannot end in *; write it out, such as .csv");
        }
        if (level == PrivacyLevel.MODERATELY_SENSITIVE && !LEVEL_4_EXTENSIONS.contains(extension)) {
            return Optional.of(
                    "files of type "
                            + extension
                            + " cannot be moderately_sensitive; these types can: "
                            + String.join(", ", LEVEL_4_EXTENSIONS.stream().sorted().toList()));
        }
        return Optional.empty();
    }

    /** The last path element from its last dot; empty if that is its first or last character. */
    private static String extension(String pattern) {
        String name = pattern.substring(pattern.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return dot > 0 && dot < name.length() - 1 ? name.substring(dot) : "";
    }

    private static Optional<String> placeProblem(String pattern) {
        if (pattern.startsWith("/") || WINDOWS_DRIVE.matcher(pattern).matches()) {
            return Optional.of(
                    "a path must be relative to the workspace, so it cannot be absolute");
        }
        String[] elements = pattern.split("/", -1);
        if (Arrays.asList(elements).contains("..")) {
            return Optional.of("a path cannot leave a directory by .. anywhere in it");
        }
        if (Arrays.stream(elements).anyMatch(e -> e.isEmpty() || e.equals("."))) {
            return Optional.of("a path cannot contain // or ./ or end in a slash");
        }
        if (elements[0].equalsIgnoreCase(RESERVED)) {
            return Optional.of("the directory metadata is reserved; choose another one");
        }
        return Optional.empty();
    }
}
