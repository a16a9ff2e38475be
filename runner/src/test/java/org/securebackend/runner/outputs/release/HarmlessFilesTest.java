package org.securebackend.runner.outputs.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import java.nio.channels.FileChannel;

class HarmlessFilesTest {
    @TempDir Path folder;

    @Test
    void everyHarmlessFilePasses() throws IOException {
        var check = new ReleaseCheck(ReleasePolicy.standard());
        List<String> kept = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : HarmlessFiles.all().entrySet()) {
            Path path = Files.write(folder.resolve("candidate"), file.getValue());
            List<String> reasons = check.check(file.getKey(), () -> FileChannel.open(path)).reasons();
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
}
