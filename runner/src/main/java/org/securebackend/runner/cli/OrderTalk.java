package org.securebackend.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** The talk about an order: which jobs it concerns, whether it is meant, and what came of it. */
final class OrderTalk {
    private final OrderOptions options;
    private final Person person;
    private final PrintWriter out;

    OrderTalk(CommandSpec spec, OrderOptions options, Person person) {
        this.options = options;
        this.person = person;
        this.out = spec.commandLine().getOut();
    }

    /**
     * Says what is about to happen, and asks if it concerns any job and {@code --yes} was not said.
     *
     * @return whether to go on
     * @throws CommandFailedException with exit code 2 if nobody can be asked
     */
    boolean agrees(String intent, List<Concerned> jobs) {
        say(intent);
        if (jobs.isEmpty()) {
            return true;
        }
        if (!options.isJson()) {
            Concerned.print(jobs, out);
            out.flush();
        }
        if (options.isAgreed()) {
            return true;
        }
        Optional<String> answer =
                options.isJson() ? Optional.empty() : person.answer("Go on? [y/N] ");
        String given =
                answer.orElseThrow(() ->
                                new CommandFailedException(
                                        ExitCodes.USAGE,
                                        "%d job(s) are concerned, and nobody can be asked here: nothing was changed. Add --yes to do it without a question"
                                                .formatted(jobs.size())))
                        .strip()
                        .toLowerCase(Locale.ROOT);
        if (given.equals("y") || given.equals("yes")) {
            return true;
        }
        say("Nothing was changed.");
        return false;
    }

    /** A line for people; where JSON is wanted it is left out. */
    void say(String line) {
        if (!options.isJson()) {
            out.println(line);
            out.flush();
        }
    }

    /** An object for programs, if that is wanted. */
    void tell(JsonNode object) {
        if (options.isJson()) {
            out.println(Printable.json(object));
            out.flush();
        }
    }
}
