package org.securebackend.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

class ValidateCommandTest {
    private static final String GOOD =
            """
            version: 3
            expectations: {population_size: 10}
            actions:
              extract:
                run: cohortextractor:latest generate_cohort 'a b'
                outputs:
                  highly_sensitive: {data: out/*.csv}
              model:
                run: r:v2 model.R
                needs: [extract]
                outputs:
                  minimally_sensitive: {}
                  moderately_sensitive: {log: out/model.txt}
            """;
    private static final String BAD = "version: 5\nactions:\n  a:\n    run: python a.py\n";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Ansi ansi = Ansi.OFF;

    @TempDir private Path directory;

    @Test
    void goodFileIsValid() throws IOException {
        assertThat(run(file("project.yaml", GOOD))).isZero();
        assertThat(out.toString()).contains("valid, version 3.0, 2 actions");
    }

    @Test
    void problemsAreShownWithTheirLineAndACaret() throws IOException {
        String file = file("project.yaml", BAD);
        assertThat(run(file)).isEqualTo(1);
        assertThat(out.toString().replace(file, "FILE"))
                .isEqualTo(
                        """
                        FILE:3:3: error: actions.a: outputs is missing
                              a:
                              ^
                        FILE:4:10: error: actions.a.run: "python" has no version; the command begins with an image and its version, such as python:v2
                                run: python a.py
                                     ^
                        FILE: not valid, 2 problems
                        """);
    }

    @Test
    void colourIsForTerminals() throws IOException {
        String file = file("project.yaml", BAD);
        ansi = Ansi.ON;
        run(file);
        assertThat(out.toString()).contains("\u001b[31merror: \u001b[39m");
    }

    @Test
    void nothingInAFileReachesTheTerminalAsAControlSequence() throws IOException {
        String file = file("project.yaml", "version: 4\nactions: \u001b[2J\u202e\n");
        assertThat(run(file)).isEqualTo(1);
        assertThat(out.toString()).doesNotContain("\u001b").doesNotContain("\u202e");
    }

    @Test
    void longLinesAreCutAroundTheCaret() throws IOException {
        String file =
                file("project.yaml", "version: 4\nactions: {" + "a: 1, ".repeat(1000) + "x: 1}\n");
        assertThat(run(file)).isEqualTo(1);
        assertThat(out.toString().lines().filter(line -> !line.startsWith(file)))
                .allSatisfy(line -> assertThat(line.length()).isLessThan(130));
    }

    @Test
    void jsonIsOneObjectALineForEachFile() throws IOException {
        String good = file("good.yaml", GOOD);
        String bad = file("bad.yaml", BAD);
        assertThat(run("--json", good, bad)).isEqualTo(1);
        var lines = out.toString().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(json(lines.getFirst()))
                .isEqualTo(
                        json(
                                """
                                {"file": "%s", "valid": true, "problems": [], "version": 3.0, "actions": [
                                 {"id": "extract", "image": "cohortextractor", "version": "latest",
                                  "args": ["generate_cohort", "a b"], "needs": [],
                                  "outputs": {"highly_sensitive": {"data": "out/*.csv"}},
                                  "database_action": true},
                                 {"id": "model", "image": "r", "version": "v2",
                                  "args": ["model.R"], "needs": ["extract"],
                                  "outputs": {"moderately_sensitive": {"log": "out/model.txt"},
                                              "minimally_sensitive": {}},
                                  "database_action": false}]}
                                """
                                        .formatted(good)));
        JsonNode invalid = json(lines.getLast());
        assertThat(invalid.fieldNames())
                .toIterable()
                .containsExactly("file", "valid", "problems", "version", "actions");
        assertThat(invalid.get("valid").asBoolean()).isFalse();
        assertThat(invalid.get("problems").get(0))
                .isEqualTo(
                        json(
                                "{\"line\": 3, \"column\": 3, \"message\": \"actions.a: outputs is"
                                        + " missing\"}"));
    }

    @Test
    void fileThatCannotBeReadIsNotJustInvalid() throws IOException {
        assertThat(run(directory.resolve("nowhere.yaml").toString(), file("bad.yaml", BAD)))
                .isEqualTo(2);
        assertThat(run(directory.toString())).isEqualTo(2);
        assertThat(run("--json", directory.toString())).isEqualTo(2);
        assertThat(out.toString()).contains("cannot be read").contains("\"valid\":false");
    }

    @Test
    void withoutFilesTheProjectOfTheCurrentDirectoryIsChecked() {
        assertThat(Path.of("project.yaml")).doesNotExist();
        assertThat(run()).isEqualTo(2);
        assertThat(out.toString()).startsWith("project.yaml: error: the file cannot be read");
    }

    @Test
    void emptyFileIsInvalid() throws IOException {
        assertThat(run(file("project.yaml", ""))).isEqualTo(1);
        assertThat(out.toString()).contains(":1:1: error: the file is empty");
    }

    @Test
    void wrongUsageIsExplained() {
        assertThat(run("--no-such-option")).isEqualTo(2);
        assertThat(err.toString()).contains("--no-such-option");
    }

    @Test
    void helpShowsAnExample() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("Examples:").contains("validate study/project.yaml");
    }

    private int run(String... arguments) {
        return new CommandLine(new ValidateCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(ansi))
                .execute(arguments);
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content).toString();
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }
}
