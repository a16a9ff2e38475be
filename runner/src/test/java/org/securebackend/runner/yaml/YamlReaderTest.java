package org.securebackend.runner.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlReaderTest {

    static Stream<Arguments> scalars() {
        return Stream.of(
                Arguments.of("x", text("x")),
                Arguments.of("'5'", text("5")),
                Arguments.of("\"5\"", text("5")),
                Arguments.of("! 5", text("5")),
                Arguments.of("!!str 5", text("5")),
                Arguments.of("yes", text("yes")),
                Arguments.of("off", text("off")),
                Arguments.of("12:30:45", text("12:30:45")),
                Arguments.of("1.2.3", text("1.2.3")),
                Arguments.of("=", text("=")),
                Arguments.of("0x", text("0x")),
                Arguments.of("_1", text("_1")),
                Arguments.of("~", new CoreValue.Null()),
                Arguments.of("null", new CoreValue.Null()),
                Arguments.of("nUll", text("nUll")),
                Arguments.of("!!null ''", new CoreValue.Null()),
                Arguments.of("true", new CoreValue.Bool(true)),
                Arguments.of("FALSE", new CoreValue.Bool(false)),
                Arguments.of("tRue", text("tRue")),
                Arguments.of("012", whole(12)),
                Arguments.of("0o14", whole(12)),
                Arguments.of("0x1F", whole(31)),
                Arguments.of("0b101", whole(5)),
                Arguments.of("-1_000", whole(-1000)),
                Arguments.of("+7", whole(7)),
                Arguments.of("!!int '4'", whole(4)),
                Arguments.of("1.5", new CoreValue.Real(1.5)),
                Arguments.of(".5", new CoreValue.Real(0.5)),
                Arguments.of("5.", new CoreValue.Real(5)),
                Arguments.of("1e3", new CoreValue.Real(1000)),
                Arguments.of("!!float 4", new CoreValue.Real(4)),
                Arguments.of("-.inf", new CoreValue.Real(Double.NEGATIVE_INFINITY)),
                Arguments.of(".NaN", new CoreValue.Real(Double.NaN)),
                Arguments.of(".Nan", text(".Nan")),
                Arguments.of("2020-02-29", new CoreValue.Date("2020-02-29")),
                Arguments.of("2020-1-1", text("2020-1-1")),
                Arguments.of(
                        "2020-1-1 10:00:00 +01:00", new CoreValue.Date("2020-1-1 10:00:00 +01:00")),
                Arguments.of("!thing x", new CoreValue.Tagged("!thing", "x")),
                Arguments.of(
                        "!!binary eA==", new CoreValue.Tagged("tag:yaml.org,2002:binary", "eA==")));
    }

    @ParameterizedTest
    @MethodSource("scalars")
    void scalarsMeanWhatYaml12Says(String yaml, CoreValue meaning) {
        assertThat(scalar(yaml).value()).isEqualTo(meaning);
    }

    @ParameterizedTest
    @CsvSource({"yes, true", "off, false", "y, true"})
    void underAnOldHeaderWordsAreBooleans(String word, boolean meaning) {
        assertThat(scalar("%YAML 1.1\n--- " + word).value()).isEqualTo(new CoreValue.Bool(meaning));
    }

    @ParameterizedTest
    @CsvSource({"014, 12", "1:30, 90", "-1:00:01, -3601", "10, 10"})
    void underAnOldHeaderNumbersAreOldOnes(String text, int meaning) {
        assertThat(scalar("%YAML 1.1\n--- " + text).value()).isEqualTo(whole(meaning));
    }

    static Stream<Arguments> problems() {
        return Stream.of(
                Arguments.of("a: 1\na: 2", "2:1", "the key \"a\" is there already, at line 1"),
                Arguments.of("16: 1\n0x10: 2", "2:1", "there already"),
                Arguments.of("1: 1\ntrue: 2", "2:1", "there already"),
                Arguments.of("1.0: 1\n1: 2", "2:1", "there already"),
                Arguments.of("[a]: 1\n[a]: 2", "2:1", "there already"),
                Arguments.of("a: 1\n---\nb: 2", "2:1", "second document"),
                Arguments.of("a:\n\tb: 1", "2:1", "tab"),
                Arguments.of("a: b: c", "1:5", "colon"),
                Arguments.of("a: *b", "1:4", "no anchor &b"),
                Arguments.of("a: *.csv", "1:5", "quotes"),
                Arguments.of("a: &x [*x]", "1:8", "contains itself"),
                Arguments.of("a:\n- [b\nc: d", "3:2", "list that begins at line 2 is not closed"),
                Arguments.of("a: 'b", "1:6", "that begins at line 1 is never closed"),
                Arguments.of("a: @b", "1:4", "quotes"),
                Arguments.of("a: \"\\q\"", "1:6", "backslash"),
                Arguments.of("a: \"\\0\"", "1:4", "NUL"),
                Arguments.of("a: \"\\ud800\"", "1:4", "surrogate"),
                Arguments.of("a: 2020-13-45", "1:4", "no such day"),
                Arguments.of("a: 2019-02-29", "1:4", "no such day"),
                Arguments.of("a: !!int x", "1:4", "!!int"),
                Arguments.of("a: !!map [x]", "1:4", "!!map"),
                Arguments.of("a: !!set {x}", "1:4", "!!set"),
                Arguments.of("<<: 5", "1:5", "mapping"),
                Arguments.of("<<: [{a: 1}, x]", "1:14", "mapping"),
                Arguments.of("<<: {a: 1}\n<<: {b: 1}", "2:1", "<<"),
                Arguments.of("a: \u0007", "1:4", "U+0007"),
                Arguments.of("é😀: \u0000", "1:5", "U+0000"),
                Arguments.of("a: \u007f", "1:4", "U+007F"),
                Arguments.of("[".repeat(300), "1:201", "nested"),
                Arguments.of("a: 1\n b: 2", "2:3", "colon"));
    }

    @ParameterizedTest
    @MethodSource("problems")
    void problemsHaveTheirPlaceAndSayWhatToDo(String yaml, String place, String message) {
        assertThat(problems(yaml.getBytes(StandardCharsets.UTF_8)))
                .anySatisfy(problem ->
                        assertThat(
                                        problem.position().line()
                                                + ":"
                                                + problem.position().column()
                                                + " "
                                                + problem.message())
                                .startsWith(place + " ")
                                .contains(message));
    }

    @Test
    void severalProblemsAreFoundAtOnceInFileOrder() {
        assertThat(problems("a: *x\na: 2\nb: 2020-99-99".getBytes(StandardCharsets.UTF_8)))
                .extracting(problem -> problem.position().line())
                .containsExactly(1, 2, 3);
    }

    @Test
    void malformedBytesAreRefusedWhereTheyStand() {
        byte[] bytes = {'a', ':', '\n', 'b', (byte) 0xC0, (byte) 0xAF};
        assertThat(problems(bytes))
                .singleElement()
                .extracting(YamlProblem::position)
                .isEqualTo(new Position(2, 2));
    }

    @Test
    void byteOrderMarkIsNotPartOfTheText() {
        for (Charset charset :
                List.of(
                        StandardCharsets.UTF_8,
                        StandardCharsets.UTF_16LE,
                        StandardCharsets.UTF_16BE)) {
            var root = (YamlMapping) tree("\uFEFFa: é".getBytes(charset));
            assertThat(root.entries().getFirst().key().position()).isEqualTo(Position.START);
            assertThat(root.get("a").map(YamlNode::position)).contains(new Position(1, 4));
        }
    }

    @Test
    void valuesKnowTheirPlaceInCharacters() {
        var root = (YamlMapping) tree("😀: 1\r\nb:\r\n  - é: x\r\n    c: [y]\r\n");
        var item = (YamlMapping) ((YamlSequence) root.get("b").orElseThrow()).items().getFirst();
        assertThat(root.get("😀").map(YamlNode::position)).contains(new Position(1, 4));
        assertThat(item.position()).isEqualTo(new Position(3, 5));
        assertThat(item.get("é").map(YamlNode::position)).contains(new Position(3, 8));
        assertThat(item.get("c").map(YamlNode::position)).contains(new Position(4, 8));
    }

    @Test
    void mergedEntriesFollowOwnOnesAndNeverReplaceThem() {
        var root = (YamlMapping) tree("<<: [{a: 1, b: 1}, {b: 2, c: 2}]\nd: 3\na: 3\n'<<': quoted");
        assertThat(root.entries())
                .extracting(entry -> ((YamlScalar) entry.key()).text())
                .containsExactly("d", "a", "<<", "b", "c");
        assertThat(root.entries())
                .extracting(entry -> ((YamlScalar) entry.value()).text())
                .containsExactly("3", "3", "quoted", "1", "2");
    }

    @Test
    void anchorsCanBeUsedAgainAndAnew() {
        var root = (YamlMapping) tree("a: &x 1\nb: *x\nc: &x 2\nd: *x\ne: &y [&y z, *y]");
        assertThat(root.get("b").map(node -> ((YamlScalar) node).text())).contains("1");
        assertThat(root.get("d").map(node -> ((YamlScalar) node).text())).contains("2");
        assertThat(root.get("e"))
                .hasValueSatisfying(node -> assertThat(((YamlSequence) node).items()).hasSize(2));
    }

    @Test
    void foreignTagsOnCollectionsMeanNothing() {
        assertThat(tree("!!python/object/apply:os.getcwd []")).isInstanceOf(YamlSequence.class);
        assertThat(tree("!thing {a: 1}")).isInstanceOf(YamlMapping.class);
    }

    @Test
    void emptyFilesAreNull() {
        for (String yaml : List.of("", "\n\n", "# only a comment", "---\n", "\uFEFF")) {
            assertThat(scalar(yaml).isNull()).isTrue();
        }
    }

    @Test
    void aliasesCannotMakeASmallFileHuge() {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1));
        }
        assertThat(problems(bomb.toString().getBytes(StandardCharsets.UTF_8)))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("aliases"));
    }

    @Test
    void fileThatIsTooLargeIsNotRead() {
        assertThat(problems(new byte[YamlReader.LARGEST_BYTES + 1])).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "0x1", "1.", "1_"})
    void endlessNumbersAreText(String start) {
        assertThat(scalar(start + "1".repeat(100_000)).value()).isInstanceOf(CoreValue.Text.class);
    }

    private static CoreValue text(String text) {
        return new CoreValue.Text(text);
    }

    private static CoreValue whole(long value) {
        return new CoreValue.Whole(BigInteger.valueOf(value));
    }

    private static YamlScalar scalar(String yaml) {
        return (YamlScalar) tree(yaml);
    }

    private static YamlNode tree(String yaml) {
        return tree(yaml.getBytes(StandardCharsets.UTF_8));
    }

    private static YamlNode tree(byte[] yaml) {
        YamlReading reading = YamlReader.read(yaml);
        assertThat(reading).isInstanceOf(YamlReading.Tree.class);
        return ((YamlReading.Tree) reading).root();
    }

    private static List<YamlProblem> problems(byte[] yaml) {
        YamlReading reading = YamlReader.read(yaml);
        assertThat(reading).isInstanceOf(YamlReading.Unreadable.class);
        return ((YamlReading.Unreadable) reading).problems();
    }
}
