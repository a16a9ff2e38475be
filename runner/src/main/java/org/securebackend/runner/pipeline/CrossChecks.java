package org.securebackend.runner.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.securebackend.runner.yaml.YamlNode;

/** What can only be seen by looking at all actions together (project-yaml spec, section 3). */
final class CrossChecks {
    /** Suggestions cost a look at every action; a file with more unknown names gets no more. */
    private static final int MOST_SUGGESTIONS = 50;

    private final Problems problems;
    private final ProjectVersion version;
    private final Map<String, Mention> runs = new HashMap<>();
    private final Map<String, Mention> outputs = new HashMap<>();
    private final Map<String, List<Need>> needsByAction = new LinkedHashMap<>();
    private int suggestions;

    CrossChecks(Problems problems, ProjectVersion version) {
        this.problems = problems;
        this.version = version;
    }

    /** Something at its place. */
    record Mention(Place place, YamlNode node) {}

    /** One entry of {@code needs}. */
    record Need(String action, Mention mention) {}

    /** Notes an action, whether or not it is valid otherwise. */
    void action(String name) {
        needsByAction.putIfAbsent(name, new ArrayList<>());
    }

    /** Notes what {@code action} needs. */
    void need(String action, Need need) {
        needsByAction.computeIfAbsent(action, name -> new ArrayList<>()).add(need);
    }

    /** Notes a {@code run} text; false, and a problem, if another action has the very same. */
    boolean run(String text, Mention mention) {
        Mention earlier = runs.putIfAbsent(text, mention);
        if (earlier != null) {
            problems.at(
                    mention.node(),
                    mention.place().path(),
                    "the action \""
                            + earlier.place().action()
                            + "\" runs exactly the same command; two actions cannot");
        }
        return earlier == null;
    }

    /** Notes an output pattern. */
    void output(String pattern, Mention mention) {
        if (!version.wantsDistinctOutputs()) {
            return;
        }
        Mention earlier = outputs.putIfAbsent(pattern, mention);
        if (earlier != null) {
            problems.at(
                    mention.node(),
                    mention.place().path(),
                    "the path "
                            + pattern
                            + " is there already, at "
                            + earlier.place().path()
                            + "; no two outputs of a project may be the same");
        }
    }

    /** Looks at the needs, once all actions were noted. */
    void checkNeeds() {
        var graph = new LinkedHashMap<String, List<String>>();
        needsByAction.forEach((action, needs) -> {
            var known = new ArrayList<String>();
            for (Need need : needs) {
                if (needsByAction.containsKey(need.action())) {
                    known.add(need.action());
                } else {
                    unknown(need);
                }
            }
            graph.put(action, known);
        });
        new ActionGraph(graph).cycles().forEach(this::cycle);
    }

    private void unknown(Need need) {
        String hint =
                suggestions++ < MOST_SUGGESTIONS
                        ? NearestName.hint(need.action(), needsByAction.keySet())
                        : "";
        problems.at(
                need.mention().node(),
                need.mention().place().path(),
                "there is no action \"" + need.action() + "\" in this file" + hint);
    }

    private void cycle(List<String> cycle) {
        String first = cycle.getFirst();
        String second = cycle.size() > 1 ? cycle.get(1) : first;
        Mention mention =
                needsByAction.getOrDefault(first, List.of()).stream()
                        .filter(need -> need.action().equals(second))
                        .findFirst()
                        .orElseThrow()
                        .mention();
        problems.at(mention.node(), mention.place().path(), describe(cycle));
    }

    private static String describe(List<String> cycle) {
        if (cycle.size() == 1) {
            return "the action needs itself, so it could never run; remove that need";
        }
        return "these actions need each other, so none could ever run: "
                + String.join(" needs ", cycle)
                + " needs "
                + cycle.getFirst()
                + "; remove one of these needs";
    }
}
