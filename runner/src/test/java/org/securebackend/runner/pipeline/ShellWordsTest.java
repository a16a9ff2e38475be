package org.securebackend.runner.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordsTest {

    static Stream<Arguments> commands() {
        return Stream.of(
                Arguments.of("", List.of()),
                Arguments.of(" \t\r\n ", List.of()),
                Arguments.of("a b", List.of("a", "b")),
                Arguments.of("  a\tb\r\nc ", List.of("a", "b", "c")),
                Arguments.of("'a  b'", List.of("a  b")),
                Arguments.of("'a\\b\"c'", List.of("a\\b\"c")),
                Arguments.of("\"a'b\"", List.of("a'b")),
                Arguments.of("\"a\\\"b\\\\c\"", List.of("a\"b\\c")),
                Arguments.of("\"a\\d\\$e\\'\"", List.of("a\\d\\$e\\'")),
                Arguments.of("a\\ b", List.of("a b")),
                Arguments.of("\\'a\\\"", List.of("'a\"")),
                Arguments.of("a \\\n b", List.of("a", "\n", "b")),
                Arguments.of("a\"b c\"d", List.of("ab cd")),
                Arguments.of("''", List.of("")),
                Arguments.of("a '' \"\" b", List.of("a", "", "", "b")),
                Arguments.of("a''", List.of("a")),
                Arguments.of("a #b # c", List.of("a", "#b", "#", "c")),
                Arguments.of("$HOME ~ *.csv {a,b}", List.of("$HOME", "~", "*.csv", "{a,b}")),
                Arguments.of("a;b && c | (d) > e", List.of("a;b", "&&", "c", "|", "(d)", ">", "e")),
                Arguments.of("a\u3000b\fc\u00a0d", List.of("a\u3000b\fc\u00a0d")));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void splitsLikeAShellWithoutExpansions(String command, List<String> words) {
        assertThat(ShellWords.split(command)).isEqualTo(new ShellWords.Split.Words(words));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a 'b", "a \"b", "\"a\\\"", "a \\", "'", "\"", "\\"})
    void unfinishedCommandsAreNotSplit(String command) {
        assertThat(ShellWords.split(command)).isInstanceOf(ShellWords.Split.Unfinished.class);
    }

    static Stream<Arguments> words() {
        return Stream.of(
                Arguments.of(List.of(), ""),
                Arguments.of(List.of("python:v2", "a.py"), "python:v2 a.py"),
                Arguments.of(List.of(""), "''"),
                Arguments.of(List.of("azAZ09_@%+=:,./-"), "azAZ09_@%+=:,./-"),
                Arguments.of(List.of("output/input_20*.csv.gz"), "'output/input_20*.csv.gz'"),
                Arguments.of(List.of("it's"), "'it'\"'\"'s'"),
                Arguments.of(List.of("été"), "'été'"),
                Arguments.of(List.of("a b", "#"), "'a b' '#'"));
    }

    @ParameterizedTest
    @MethodSource("words")
    void joinsWithQuotesWhereTheyAreNeeded(List<String> words, String command) {
        assertThat(ShellWords.join(words)).isEqualTo(command);
    }

    static IntStream seeds() {
        return IntStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void splittingWhatWasJoinedGivesTheSameWords(int seed) {
        List<String> words = randomWords(new Random(seed));
        assertThat(ShellWords.split(ShellWords.join(words)))
                .isEqualTo(new ShellWords.Split.Words(words));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void commandsSurviveBeingWrittenAndReadAgain(int seed) {
        var command = new RunCommand("python", "v2", randomWords(new Random(seed)));
        assertThat(RunCommand.parse(command.text())).contains(command);
    }

    private static List<String> randomWords(Random random) {
        return Stream.generate(() -> randomWord(random)).limit(random.nextInt(7)).toList();
    }

    /** Of the characters that mean something to a shell, or of any. */
    private static String randomWord(Random random) {
        String nasty = "ab'\"\\ \t\r\n#$*;|&(){}\u00e9";
        boolean any = random.nextBoolean();
        var word = new StringBuilder();
        for (int i = random.nextInt(9); i > 0; i--) {
            word.append(
                    any
                            ? (char) random.nextInt(Character.MAX_VALUE + 1)
                            : nasty.charAt(random.nextInt(nasty.length())));
        }
        return word.toString();
    }
}
