package org.securebackend.runner.outputs.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HarmlessFilesTest {
    @Test
    void everyHarmlessFilePasses() throws IOException {
        var check = new ReleaseCheck(ReleasePolicy.standard());
        List<String> kept = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : HarmlessFiles.all().entrySet()) {
            List<String> reasons =
                    check.check(file.getKey(), () -> new FileInMemory(file.getValue())).reasons();
            if (!reasons.isEmpty()) {
                kept.add(file.getKey() + ": " + reasons);
            }
        }
        assertThat(kept).isEmpty();
    }

    @Test
    void thereAreHarmlessFilesOfEveryType() {
        assertThat(HarmlessFiles.all()).hasSizeGreaterThan(60);
        assertThat(ReleasePolicy.standard().fileTypes())
                .allSatisfy(type ->
                        assertThat(HarmlessFiles.all().keySet())
                                .anyMatch(name -> name.endsWith(type)));
    }

    @Test
    void noHostileFileEscapes() throws IOException {
        var check = new ReleaseCheck(ReleasePolicy.standard());
        List<String> escaped = new ArrayList<>();
        for (long seed = 0; seed < 4000; seed++) {
            HostileFiles.Hostile file = HostileFiles.make(seed);
            List<String> reasons =
                    check.check(file.name(), () -> new FileInMemory(file.content())).reasons();
            if (reasons.isEmpty() || reasons.contains(Reasons.NOT_FINISHED.text())) {
                escaped.add("seed %d: %s, %s".formatted(seed, file.kind(), file.way()));
            }
        }
        assertThat(escaped).isEmpty();
    }
}
