package org.securebackend.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@SuppressWarnings("NullAway.Init") // JUnit gives the folder.
class ConfigCommandTest {
    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(Map<String, String> environment, String... arguments) {
        CommandLine command = ConfigCommand.commandLine(environment);
        command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return command.execute(arguments);
    }

    @Test
    void usableConfigurationIsFine() {
        assertThat(run(Map.of(), "check")).isZero();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void checkSaysEverythingThatIsWrongAndEndsWithTwo() {
        assertThat(run(Map.of("MAX_WORKERS", "0", "BACKEND", "?"), "check")).isEqualTo(2);

        assertThat(err.toString())
                .contains("2 problems", "MAX_WORKERS (jobs.workers)", "BACKEND (backend.name)");
    }

    @Test
    void problemsAsJsonHaveTheirPlace() throws Exception {
        Path file = Files.writeString(folder.resolve("c.yaml"), "jobs:\n  workers: 0\n");

        assertThat(run(Map.of("WORKDIR", "/w"), "check", "--json", "--config", file.toString()))
                .isEqualTo(2);

        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.get("valid").asBoolean()).isFalse();
        JsonNode problem = json.get("problems").get(0);
        assertThat(problem.get("file").asText()).isEqualTo(file.toString());
        assertThat(problem.get("line").asInt()).isEqualTo(2);
        assertThat(problem.get("key").asText()).isEqualTo("jobs.workers");
    }

    @Test
    void fileIsAlsoFoundByItsVariableAndTheOptionIsStronger() throws Exception {
        Path one = Files.writeString(folder.resolve("1.yaml"), "backend: {name: one}\n");
        Path two = Files.writeString(folder.resolve("2.yaml"), "backend: {name: two}\n");
        Map<String, String> environment = Map.of("RUNNER_CONFIG", one.toString());

        run(environment, "show");
        assertThat(out.toString()).contains("one  [" + one + ":1]");

        run(environment, "show", "--config", two.toString());
        assertThat(out.toString()).contains("two  [" + two + ":1]");
    }

    @Test
    void showHidesSecretsAndTellsOrigins() throws Exception {
        Map<String, String> environment = Map.of("JOB_SERVER_TOKEN", "s3cret");

        assertThat(run(environment, "show")).isZero();
        assertThat(run(environment, "show", "--json")).isZero();

        assertThat(out.toString())
                .doesNotContain("s3cret")
                .containsPattern("job_server.token +\\(hidden\\)  \\[JOB_SERVER_TOKEN]")
                .containsPattern("containers.pull +never  \\[default]")
                .containsPattern("containers.instance +-  \\[default]");
        JsonNode json =
                new ObjectMapper()
                        .readTree(out.toString().substring(out.toString().indexOf("\n{")));
        assertThat(json.at("/job_server.token/variable").asText()).isEqualTo("JOB_SERVER_TOKEN");
        assertThat(json.at("/containers.instance/value").isNull()).isTrue();
    }

    @Test
    void helpHasAnExample() {
        assertThat(run(Map.of(), "--help")).isZero();
        assertThat(out.toString()).contains("Examples:", "runner config check --config");
    }

    @Test
    void commandAloneIsWrongUsage() {
        assertThat(run(Map.of())).isEqualTo(2);
    }

    @Test
    void otherCommandsGetAllProblemsAsOneException() {
        var option = new ConfigOption(Map.of("MAX_WORKERS", "0", "BACKEND", "?"));

        assertThatThrownBy(option::load)
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("jobs.workers")
                .hasMessageContaining("backend.name");
    }
}
