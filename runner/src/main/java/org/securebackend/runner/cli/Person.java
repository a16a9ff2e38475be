package org.securebackend.runner.cli;

import java.io.Console;
import java.util.Optional;

/** Whoever gave a command, as far as they can be asked something. */
public interface Person {

    /** What they answer; empty if nobody is there to be asked. */
    Optional<String> answer(String question);

    /** Whoever sits at the terminal of this process, if it has one for both reading and writing. */
    static Person ofThisProcess() {
        return question ->
                Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .map(console -> answer(console, question));
    }

    private static String answer(Console console, String question) {
        String line = console.readLine("%s", question);
        return line == null ? "" : line;
    }
}
