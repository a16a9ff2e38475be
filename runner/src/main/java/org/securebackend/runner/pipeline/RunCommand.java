package org.securebackend.runner.pipeline;

import java.util.ArrayList;
import java.util.List;

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

    /** All words, the image first. */
    public List<String> words() {
        var words = new ArrayList<String>(arguments.size() + 1);
        words.add(image + ":" + version);
        words.addAll(arguments);
        return List.copyOf(words);
    }
}
