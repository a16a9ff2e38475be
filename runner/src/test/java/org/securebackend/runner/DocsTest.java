package org.securebackend.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.cli.Screen;
import picocli.CommandLine;

/** What the documents say is so. */
class DocsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern TESTED_BLOCK =
            Pattern.compile("<!-- tested -->\n```sh\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");
    private static final Pattern PATH =
            Pattern.compile("(?:scripts|config|docs|demo|runner)/[A-Za-z0-9_./-]+");
    private static final Pattern CLASS = Pattern.compile("(?:[A-Z][a-z0-9]+){2,}");

    /** Names in capitals that are no classes of ours. */
    private static final Set<String> NO_CLASSES = Set.of("XTest");

    private static String text(String document) throws IOException {
        return Files.readString(ROOT.resolve(document));
    }

    private static CommandLine program(StringWriter out, StringWriter err) {
        var screen = new Screen(new Screen.Kind.Other(), new ByteArrayOutputStream());
        return Main.commandLine(new WiredProduct(), screen)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
    }

    static List<String> testedCommands() throws IOException {
        return TESTED_BLOCK
                .matcher(text("README.md"))
                .results()
                .flatMap(block -> block.group(1).lines())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("testedCommands")
    void commandOfTheReadmeWorks(String line) {
        List<String> words = List.of(line.split(" "));
        String[] arguments = words.stream().skip(1).map(DocsTest::fromHere).toArray(String[]::new);
        var out = new StringWriter();
        var err = new StringWriter();

        int code = program(out, err).execute(arguments);

        assertThat(words.getFirst()).isEqualTo("runner");
        assertThat(code).as("%s: %s", line, err).isZero();
        assertThat(out.toString()).isNotBlank();
    }

    private static String fromHere(String word) {
        Path file = ROOT.resolve(word);
        return word.contains("/") && Files.exists(file) ? file.toString() : word;
    }

    static Stream<String> commands() {
        return program(new StringWriter(), new StringWriter()).getSubcommands().entrySet().stream()
                .filter(entry -> !entry.getValue().getCommandSpec().usageMessage().hidden())
                .map(entry -> entry.getKey());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandIsInTheReadmeAndItsHelpHasAnExample(String command) throws IOException {
        var out = new StringWriter();

        assertThat(program(out, new StringWriter()).execute(command, "--help")).isZero();

        assertThat(out.toString().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(120));
        if (!command.equals("generate-completion")) {
            assertThat(out.toString()).containsPattern("Examples?:").contains("runner " + command);
        }
        assertThat(text("README.md")).contains("runner " + command + " --help");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "CONTRIBUTING.md",
                "CHANGELOG.md",
                "docs/operations.md",
                "docs/migration.md",
                "docs/decisions/13-settings-that-do-nothing-are-not-there.md"
            })
    void everyPathThatIsNamedIsThere(String document) throws IOException {
        String text = text(document);
        Path folder = ROOT.resolve(document).resolveSibling("");
        Set<String> missing = new TreeSet<>();
        LINK.matcher(text)
                .results()
                .map(link -> link.group(1))
                .filter(link -> Files.notExists(folder.resolve(link)))
                .forEach(missing::add);
        CODE.matcher(text)
                .results()
                .map(code -> code.group(1).replaceFirst(" .*", ""))
                .filter(code -> PATH.matcher(code).matches())
                .filter(path -> Files.notExists(ROOT.resolve(path)))
                .forEach(missing::add);

        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "CONTRIBUTING.md"})
    void everyClassThatIsNamedIsThere(String document) throws IOException {
        Set<String> classes;
        try (var files = Files.walk(Path.of("src"))) {
            classes =
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".java"))
                            .map(name -> name.substring(0, name.length() - ".java".length()))
                            .collect(Collectors.toSet());
        }

        assertThat(CODE.matcher(text(document)).results().map(code -> code.group(1)))
                .filteredOn(code -> CLASS.matcher(code).matches() && !NO_CLASSES.contains(code))
                .isSubsetOf(classes);
    }
}
