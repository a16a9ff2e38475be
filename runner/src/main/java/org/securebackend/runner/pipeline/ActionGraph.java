package org.securebackend.runner.pipeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Who needs whom. Works in time proportional to the number of actions and needs, without recursion.
 */
final class ActionGraph {
    private final SequencedMap<String, List<String>> needs;

    /**
     * @param needs by action, in file order; every need is itself a key
     */
    ActionGraph(SequencedMap<String, List<String>> needs) {
        this.needs = needs;
    }

    /**
     * One shortest cycle through the first action of every set of actions that all need each other,
     * directly or by others; an action that needs itself is a cycle of one. Each cycle is a list in
     * which every action needs the next, and the last the first; in file order of its first action.
     */
    List<List<String>> cycles() {
        var cycles = new ArrayList<List<String>>();
        for (Set<String> entangled : entangledSets()) {
            String first = entangled.iterator().next();
            entangled.stream()
                    .filter(action -> needsOf(action).contains(action))
                    .forEach(action -> cycles.add(List.of(action)));
            if (entangled.size() > 1) {
                cycles.add(shortestCycle(first, entangled));
            }
        }
        return cycles;
    }

    private List<String> needsOf(String action) {
        return needs.getOrDefault(action, List.of());
    }

    /** The strongly connected components, each in file order (two passes, after Kosaraju). */
    private List<Set<String>> entangledSets() {
        var neededBy = new HashMap<String, List<String>>();
        needs.forEach((action, needed) ->
                needed.forEach(need ->
                        neededBy.computeIfAbsent(need, key -> new ArrayList<>()).add(action)));
        var rootOf = new HashMap<String, String>();
        for (String root : finishingOrder().reversed()) {
            var open = new ArrayDeque<String>(List.of(root));
            while (!open.isEmpty()) {
                String action = open.pop();
                if (rootOf.putIfAbsent(action, root) == null) {
                    neededBy.getOrDefault(action, List.of()).stream()
                            .filter(user -> !rootOf.containsKey(user))
                            .forEach(open::push);
                }
            }
        }
        var sets = new LinkedHashMap<String, Set<String>>();
        needs.keySet()
                .forEach(action ->
                        sets.computeIfAbsent(
                                        rootOf.getOrDefault(action, action),
                                        root -> Collections.newSetFromMap(new LinkedHashMap<>()))
                                .add(action));
        return List.copyOf(sets.values());
    }

    /** All actions, each after those that it needs, as far as cycles allow. */
    private List<String> finishingOrder() {
        var order = new ArrayList<String>();
        var seen = new HashSet<String>();
        for (String start : needs.keySet()) {
            if (!seen.add(start)) {
                continue;
            }
            record Step(String action, Iterator<String> remaining) {}
            var path = new ArrayDeque<Step>();
            path.push(new Step(start, needsOf(start).iterator()));
            while (!path.isEmpty()) {
                Step step = path.peek();
                if (!step.remaining().hasNext()) {
                    order.add(step.action());
                    path.pop();
                    continue;
                }
                String next = step.remaining().next();
                if (seen.add(next)) {
                    path.push(new Step(next, needsOf(next).iterator()));
                }
            }
        }
        return order;
    }

    /** Breadth first from {@code start} until somebody needs it. */
    private List<String> shortestCycle(String start, Set<String> entangled) {
        Map<String, String> reachedFrom = new HashMap<>();
        var open = new ArrayDeque<String>(List.of(start));
        while (!open.isEmpty()) {
            String action = open.remove();
            for (String next : needsOf(action)) {
                if (next.equals(start) && !action.equals(start)) {
                    return pathTo(action, start, reachedFrom);
                }
                if (!next.equals(start)
                        && entangled.contains(next)
                        && reachedFrom.putIfAbsent(next, action) == null) {
                    open.add(next);
                }
            }
        }
        throw new IllegalStateException("no cycle through " + start);
    }

    private static List<String> pathTo(String end, String start, Map<String, String> reachedFrom) {
        var path = new ArrayList<String>();
        String action = end;
        while (!action.equals(start)) {
            path.add(action);
            action = reachedFrom.getOrDefault(action, start);
        }
        path.add(start);
        return List.copyOf(path.reversed());
    }
}
