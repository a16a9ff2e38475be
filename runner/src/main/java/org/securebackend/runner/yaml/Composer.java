package org.securebackend.runner.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions.Version;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Turns the parser's events into a tree. Goes on after a problem where that makes sense, so that
 * all of them are found at once. For one document and one thread.
 */
final class Composer {
    private static final int MOST_PROBLEMS = 1000;

    /** In characters and values. Keeps a file of a few lines from standing for a huge tree. */
    private static final long MOST_REPEATED = 1 << 20;

    private final ParserImpl parser;
    private final List<YamlProblem> problems = new ArrayList<>();

    /** Anchored values; empty while the value is still being read. */
    private final Map<String, Optional<Anchored>> anchors = new HashMap<>();

    private ScalarReader scalars = new ScalarReader(CoreSchema.YAML_1_2, problems);
    private Position reached = Position.START;
    private int depth;

    /** Size of the tree as a walk sees it, that is with every alias spelled out. */
    private long walked;

    /** The part of that which aliases add. */
    private long repeated;

    /** A value and its size as a walk sees it. */
    private record Anchored(YamlNode node, long size) {}

    Composer(String text) {
        var options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        options.setProcessComments(false);
        this.parser = new ParserImpl(new StreamReader(text), options);
    }

    YamlReading compose() {
        try {
            YamlNode root = document();
            if (problems.isEmpty()) {
                return new YamlReading.Tree(root);
            }
        } catch (Unusable unusable) {
            problems.add(unusable.problem());
        }
        return new YamlReading.Unreadable(
                problems.stream()
                        .sorted(
                                Comparator.comparingInt(
                                                (YamlProblem problem) -> problem.position().line())
                                        .thenComparingInt(problem -> problem.position().column()))
                        .toList());
    }

    private YamlNode document() {
        take();
        if (peek().is(Event.ID.StreamEnd)) {
            return nothing(Position.START);
        }
        if (take() instanceof DocumentStartEvent start) {
            scalars = new ScalarReader(schemaOf(start), problems);
        }
        YamlNode root = node();
        take();
        if (!peek().is(Event.ID.StreamEnd)) {
            problems.add(
                    new YamlProblem(
                            positionOf(peek()),
                            "a second document begins here; a file holds one, so remove the ---"));
        }
        return root;
    }

    private static CoreSchema schemaOf(DocumentStartEvent start) {
        Version version = start.getVersion();
        return version != null && version.major() == 1 && version.minor() <= 1
                ? CoreSchema.YAML_1_1
                : CoreSchema.YAML_1_2;
    }

    private YamlNode node() {
        Event event = take();
        Position position = positionOf(event);
        if (problems.size() >= MOST_PROBLEMS) {
            throw new Unusable(new YamlProblem(position, "there are too many problems to go on"));
        }
        if (event instanceof AliasEvent alias) {
            return aliased(alias, position);
        }
        String anchor = event instanceof NodeEvent named ? named.getAnchor() : null;
        if (anchor != null) {
            anchors.put(anchor, Optional.empty());
        }
        long before = walked;
        YamlNode node = fresh(event, position);
        if (anchor != null) {
            anchors.put(anchor, Optional.of(new Anchored(node, walked - before)));
        }
        return node;
    }

    private YamlNode fresh(Event event, Position position) {
        walked++;
        if (event instanceof ScalarEvent scalar) {
            walked += scalar.getValue().length();
            return scalars.read(scalar, position);
        }
        if (!(event instanceof CollectionStartEvent start)) {
            return nothing(position);
        }
        if (++depth > YamlReader.DEEPEST) {
            throw new Unusable(
                    new YamlProblem(
                            position,
                            "values are nested more than " + YamlReader.DEEPEST + " deep"));
        }
        YamlNode node =
                start instanceof MappingStartEvent
                        ? mapping(start, position)
                        : sequence(start, position);
        depth--;
        return node;
    }

    private YamlNode sequence(CollectionStartEvent start, Position position) {
        Tags.mismatch(start.getTag(), Tags.SEQUENCE)
                .ifPresent(message -> problems.add(new YamlProblem(position, message)));
        var items = new ArrayList<YamlNode>();
        while (!peek().is(Event.ID.SequenceEnd)) {
            items.add(node());
        }
        take();
        return new YamlSequence(position, items);
    }

    private YamlNode mapping(CollectionStartEvent start, Position position) {
        Tags.mismatch(start.getTag(), Tags.MAPPING)
                .ifPresent(message -> problems.add(new YamlProblem(position, message)));
        var mapping = new MappingBuilder(position, problems);
        while (!peek().is(Event.ID.MappingEnd)) {
            boolean merges = isMergeKey(peek());
            YamlNode key = node();
            YamlNode value = node();
            if (merges) {
                mapping.merge(key, value);
            } else {
                mapping.put(key, value);
            }
        }
        take();
        return mapping.build();
    }

    private static boolean isMergeKey(Event event) {
        return event instanceof ScalarEvent scalar
                && scalar.isPlain()
                && scalar.getTag() == null
                && scalar.getValue().equals("<<");
    }

    private YamlNode aliased(AliasEvent alias, Position position) {
        String name = alias.getAnchor();
        if (!anchors.containsKey(name)) {
            problems.add(
                    new YamlProblem(
                            position,
                            "there is no anchor &"
                                    + name
                                    + " above; put text that begins with * in quotes"));
            return nothing(position);
        }
        Optional<Anchored> anchored = anchors.getOrDefault(name, Optional.empty());
        if (anchored.isEmpty()) {
            problems.add(new YamlProblem(position, "the value &" + name + " contains itself"));
            return nothing(position);
        }
        walked += anchored.get().size();
        repeated += anchored.get().size();
        if (repeated > MOST_REPEATED) {
            throw new Unusable(
                    new YamlProblem(
                            position, "aliases repeat too much; write the values out instead"));
        }
        return anchored.get().node();
    }

    private static YamlScalar nothing(Position position) {
        return new YamlScalar(position, "", new CoreValue.Null());
    }

    private Event take() {
        Event event = peek();
        parser.getEvent();
        reached = positionOf(event);
        return event;
    }

    private Event peek() {
        try {
            return parser.peekEvent();
        } catch (MarkedYAMLException e) {
            throw new Unusable(problemOf(e));
        } catch (RuntimeException e) {
            // The parser has no list of what else it throws at odd bytes; none may get out.
            throw new Unusable(
                    new YamlProblem(reached, "what follows this place is not valid YAML"));
        }
    }

    private YamlProblem problemOf(MarkedYAMLException e) {
        Mark mark = e.getProblemMark();
        var beginning = Optional.ofNullable(e.getContextMark()).map(Composer::positionOf);
        return new YamlProblem(
                mark == null ? reached : positionOf(mark),
                SyntaxMessage.of(e.getProblem(), beginning));
    }

    private Position positionOf(Event event) {
        Mark mark = event.getStartMark();
        return mark == null ? reached : positionOf(mark);
    }

    private static Position positionOf(Mark mark) {
        return new Position(mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** Ends the reading of a file that makes no sense from here on. */
    private static final class Unusable extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient YamlProblem problem;

        Unusable(YamlProblem problem) {
            super(problem.message(), null, false, false);
            this.problem = problem;
        }

        YamlProblem problem() {
            return problem;
        }
    }
}
