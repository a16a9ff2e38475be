package org.securebackend.runner.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class ActionGraphTest {

    @Test
    void needsWithoutCyclesHaveNone() {
        assertThat(cycles("a:", "b:a", "c:a b", "d:c a a")).isEmpty();
    }

    @Test
    void actionThatNeedsItselfIsACycleOfOne() {
        assertThat(cycles("a:", "b:b a")).containsExactly(List.of("b"));
    }

    @Test
    void cycleIsNamedInTheOrderOfNeeds() {
        assertThat(cycles("a:c", "b:a", "c:b", "d:a")).containsExactly(List.of("a", "c", "b"));
    }

    @Test
    void separateCyclesAreAllFound() {
        assertThat(cycles("a:b", "b:a", "c:d b", "d:c", "e:e"))
                .containsExactly(List.of("a", "b"), List.of("c", "d"), List.of("e"));
    }

    @Test
    void shortestWayThroughTheFirstActionIsTaken() {
        assertThat(cycles("a:b", "b:c", "c:d a", "d:a")).containsExactly(List.of("a", "b", "c"));
    }

    @Test
    void tenThousandActionsInAChainAreFine() {
        var chain = chain(10_000);
        assertThat(new ActionGraph(chain).cycles()).isEmpty();
        chain.put("0", List.of("9999"));
        assertThat(new ActionGraph(chain).cycles())
                .singleElement()
                .satisfies(cycle -> assertThat(cycle).hasSize(10_000));
    }

    @Test
    void everybodyNeedingTheEndOfALongChainIsOneCycle() {
        var chain = chain(10_000);
        chain.replaceAll((action, needs) ->
                needs.isEmpty() ? List.of("9999") : List.of(needs.getFirst(), "9999"));
        assertThat(new ActionGraph(chain).cycles())
                .hasSize(2)
                .contains(List.of("9999"))
                .anySatisfy(cycle -> assertThat(cycle).hasSize(10_000).startsWith("0", "9999"));
    }

    private static SequencedMap<String, List<String>> chain(int length) {
        var needs = new LinkedHashMap<String, List<String>>();
        for (int i = 0; i < length; i++) {
            needs.put(Integer.toString(i), i == 0 ? List.of() : List.of(Integer.toString(i - 1)));
        }
        return needs;
    }

    private static List<List<String>> cycles(String... actions) {
        var needs = new LinkedHashMap<String, List<String>>();
        for (String action : actions) {
            String[] parts = action.split(":", -1);
            needs.put(parts[0], parts[1].isEmpty() ? List.of() : List.of(parts[1].split(" ", -1)));
        }
        return new ActionGraph(needs).cycles();
    }
}
