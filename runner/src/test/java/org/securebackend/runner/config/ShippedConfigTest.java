package org.securebackend.runner.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in {@code config/}. */
class ShippedConfigTest {
    private static final Path CONFIG = Path.of("..", "config");
    private static final Pattern SECTION = Pattern.compile("([a-z_]+):");
    private static final Pattern KEY =
            Pattern.compile("  (?:([a-z_0-9]+): \\S.*|# ([a-z_0-9]+): \\S+)");

    private static ConfigReading.Valid read(String name) {
        ConfigReading reading = ConfigFile.read(Optional.of(CONFIG.resolve(name)), Map.of());
        assertThat(reading).isInstanceOf(ConfigReading.Valid.class);
        return (ConfigReading.Valid) reading;
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.yaml", "tpp.yaml", "emis.yaml", "test.yaml"})
    void shippedFileCanBeUsed(String name) {
        assertThat(read(name).values()).isNotEmpty();
    }

    @Test
    void exampleExplainsExactlyTheKeysThatThereAre() throws IOException {
        Set<String> known =
                new LinkedHashSet<>(
                        read("example.yaml").values().stream().map(EffectiveValue::key).toList());

        assertThat(keysOf(Files.readAllLines(CONFIG.resolve("example.yaml"))))
                .containsExactlyInAnyOrderElementsOf(known);
    }

    /** Also those that stand in a comment; a secret counts by its file. */
    private static Set<String> keysOf(List<String> lines) {
        var keys = new LinkedHashSet<String>();
        String section = "";
        for (String line : lines) {
            Matcher opening = SECTION.matcher(line);
            Matcher key = KEY.matcher(line);
            if (opening.matches()) {
                section = opening.group(1);
            } else if (key.matches()) {
                String name = key.group(1) == null ? key.group(2) : key.group(1);
                keys.add(section + "." + name.replaceAll("(?<!weights|debug)_file$", ""));
            }
        }
        return keys;
    }

    @Test
    void exampleSaysWhatHoldsIfNothingIsSaid() {
        ConfigReading nothing = ConfigFile.read(Optional.empty(), Map.of());

        assertThat(read("example.yaml").config())
                .isEqualTo(((ConfigReading.Valid) nothing).config());
    }

    @Test
    void tppIsSetAsItsBackendNeeds() {
        RunnerConfig tpp = read("tpp.yaml").config();

        assertThat(tpp.backend().data()).isEqualTo(BackendSection.Data.REAL);
        assertThat(tpp.jobs().workers()).isEqualTo(10);
        assertThat(tpp.jobs().memoryBytes()).isEqualTo(128L << 30);
        assertThat(tpp.databases().temporaryDatabase()).contains("OPENCoronaTempTables");
    }
}
