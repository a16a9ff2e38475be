package org.securebackend.runner.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A command: {@code image:version} and its arguments, already split into words.
 *
 * @param image the name before the first colon of the first word
 * @param version what follows that colon
 */
public record RunCommand(String image, String version, List<String> arguments) {
    public RunCommand {
        arguments = List.copyOf(arguments);
    }

    /** The command of these words; empty if the first does not name an image and a version. */
    public static Optional<RunCommand> ofWords(List<String> words) {
        if (words.isEmpty()) {
            return Optional.empty();
        }
        String first = words.getFirst();
        int colon = first.indexOf(':');
        return colon < 0
                ? Optional.empty()
                : Optional.of(
                        new RunCommand(
                                first.substring(0, colon),
                                first.substring(colon + 1),
                                words.subList(1, words.size())));
    }

    /** The command that {@link #text} wrote; empty if the text is none. */
    public static Optional<RunCommand> parse(String text) {
        return switch (ShellWords.split(text)) {
            case ShellWords.Split.Words(List<String> words) -> ofWords(words);
            case ShellWords.Split.Unfinished _ -> Optional.empty();
        };
    }

    /** All words, the image first. */
    public List<String> words() {
        var words = new ArrayList<String>(arguments.size() + 1);
        words.add(image + ":" + version);
        words.addAll(arguments);
        return List.copyOf(words);
    }

    /** All words as one text, quoted as for a shell. */
    public String text() {
        return ShellWords.join(words());
    }

    /** This command with more arguments behind its own. */
    public RunCommand with(List<String> more) {
        var all = new ArrayList<>(arguments);
        all.addAll(more);
        return new RunCommand(image, version, all);
    }
}
