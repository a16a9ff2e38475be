package org.securebackend.runner.docker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.docker.TarEntry.Spelling;
import org.securebackend.runner.docker.TarOutput.Header;

class TarTest {
    private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);
    private static final Instant END_OF_SECOND = TIME.plusNanos(999_999_999);

    private record Shown(TarEntry entry, String content) {}

    private static byte[] written(ContainerUser owner, Shown... entries) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var archive = new TarOutput(bytes, owner, TIME);
        for (Shown shown : entries) {
            TarEntry entry = shown.entry;
            archive.begin(
                    new Header(
                            entry.type(),
                            entry.name().text(),
                            entry.target().text(),
                            entry.bytes(),
                            0644));
            bytes.writeBytes(shown.content.getBytes(UTF_8));
            archive.pad(entry.bytes());
        }
        archive.end();
        return bytes.toByteArray();
    }

    private static Shown shown(char type, String name, String target, String content) {
        return new Shown(
                new TarEntry(
                        new TarEntry.Name(name, Spelling.EXACT),
                        type,
                        content.getBytes(UTF_8).length,
                        END_OF_SECOND,
                        new TarEntry.Name(target, Spelling.EXACT)),
                content);
    }

    private static List<Shown> read(byte[] archive) throws IOException {
        var reader = new TarReader(new ByteArrayInputStream(archive));
        var all = new ArrayList<Shown>();
        for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            var content = new ByteArrayOutputStream();
            byte[] buffer = new byte[700];
            for (int n = reader.read(buffer, 0, 700); n >= 0; n = reader.read(buffer, 0, 700)) {
                content.write(buffer, 0, n);
            }
            all.add(new Shown(entry, content.toString(UTF_8)));
        }
        return all;
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        Shown[] entries = {
            shown(TarEntry.DIRECTORY, "workspace/", "", ""),
            shown(TarEntry.FILE, "workspace/a", "", ""),
            shown(TarEntry.FILE, "workspace/" + "n".repeat(90), "", "x".repeat(512)),
            shown(TarEntry.FILE, "workspace/" + "n".repeat(91), "", "x".repeat(513)),
            shown(TarEntry.FILE, "workspace/\u4e2d\ud83d\ude00\n", "", "text"),
            shown(TarEntry.SYMBOLIC_LINK, "workspace/l", "../../etc", ""),
            shown(TarEntry.SYMBOLIC_LINK, "workspace/far", "f".repeat(3000), "")
        };

        assertThat(read(written(ContainerUser.FALLBACK, entries))).containsExactly(entries);
    }

    @Test
    void everyLengthOfNameFitsItsExtendedHeader() throws IOException {
        for (int length = 95; length < 1050; length++) {
            Shown entry = shown(TarEntry.FILE, "n".repeat(length), "", "x");
            assertThat(read(written(ContainerUser.FALLBACK, entry))).containsExactly(entry);
        }
    }

    @Test
    void sizeBeyondTheHeadersOctalDigitsIsKept() throws IOException {
        var bytes = new ByteArrayOutputStream();
        new TarOutput(bytes, ContainerUser.FALLBACK, TIME)
                .begin(new Header(TarEntry.FILE, "large", "", 1L << 40, 0644));

        var reader = new TarReader(new ByteArrayInputStream(bytes.toByteArray()));
        TarEntry entry = reader.next();
        assertThat(entry).isNotNull().extracting(TarEntry::bytes).isEqualTo(1L << 40);
    }

    @Test
    void otherProgramsReadWhatIsWritten(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("a.tar");
        String longName = "workspace/" + "long/".repeat(30) + "\u4e2d";
        Files.write(
                file,
                written(
                        new ContainerUser(2_000_000_000, 3_000_000),
                        shown(TarEntry.FILE, longName, "", "content"),
                        shown(TarEntry.SYMBOLIC_LINK, "workspace/l", "t".repeat(150), "")));

        Process tar =
                new ProcessBuilder("tar", "--numeric-owner", "-tvf", file.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(tar.getInputStream().readAllBytes(), UTF_8);

        assertThat(tar.waitFor()).as(said).isZero();
        assertThat(said.lines().toList())
                .hasSize(2)
                .allMatch(line -> line.contains("2000000000/3000000"))
                .anyMatch(line -> line.contains("l -> " + "t".repeat(150)))
                .anyMatch(line -> line.contains("long/long/long"));
    }

    @Test
    void whatBreaksOffAnywhereIsNoArchive() throws IOException {
        byte[] whole =
                written(
                        ContainerUser.FALLBACK,
                        shown(TarEntry.FILE, "n".repeat(200), "", "x".repeat(600)),
                        shown(TarEntry.FILE, "b", "", "y"));
        assertThat(read(whole)).hasSize(2);

        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(part))
                    .as("%d bytes", length)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void damagedHeadersAreRefusedOrHarmless() throws IOException {
        byte[] whole =
                written(
                        ContainerUser.FALLBACK,
                        shown(TarEntry.FILE, "\u00e9".repeat(60), "", "x"),
                        shown(TarEntry.FILE, "b", "", "y"));
        var random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(whole.length)] = (byte) random.nextInt(256);
            try {
                assertThat(read(damaged)).hasSizeLessThanOrEqualTo(2);
            } catch (IOException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    /** A block with a right checksum. */
    private static byte[] header(char type, String name, String size) {
        byte[] block = new byte[TarReader.BLOCK];
        put(block, 0, name);
        put(block, 124, size);
        put(block, 136, "0");
        put(block, 148, "        ");
        block[156] = (byte) type;
        put(block, 257, "ustar\00000");
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        put(block, 148, String.format(Locale.ROOT, "%06o\0", sum));
        return block;
    }

    private static void put(byte[] block, int at, String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }

    private static byte[] archive(byte[]... blocks) {
        var all = new ByteArrayOutputStream();
        for (byte[] block : blocks) {
            all.writeBytes(block);
        }
        all.writeBytes(new byte[2 * TarReader.BLOCK]);
        return all.toByteArray();
    }

    private static byte[] padded(String text) {
        return Arrays.copyOf(
                text.getBytes(US_ASCII), (text.length() / TarReader.BLOCK + 1) * TarReader.BLOCK);
    }

    @ParameterizedTest
    @ValueSource(chars = {'g', 'L', 'K', 'S', 'V', 'M', '7', 'X', '\u00ff'})
    void entriesThatEnginesDoNotWriteAreRefused(char type) {
        assertThatThrownBy(() -> read(archive(header(type, "a", "0"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "12 path=ab",
                "99 path=ab\n",
                "0 path=ab\n",
                "-9 path=ab\n",
                "11 path_ab\n",
                "path=ab\n",
                "18446744073709551627 path=ab\n",
                "14 size=-1234\n",
                "13 size=12.5\n",
                "22 GNU.sparse.major=1\n"
            })
    void extendedHeadersThatAreNoneAreRefused(String records) {
        String size = Integer.toOctalString(records.length());
        assertThatThrownBy(() ->
                        read(
                                archive(
                                        header('x', "pax", size),
                                        padded(records),
                                        header('0', "a", "0"))))
                .isInstanceOf(IOException.class);
    }

    @Test
    void extendedHeaderCannotFillTheMemory() {
        assertThatThrownBy(() -> read(archive(header('x', "pax", "77777777777"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("8589934591");
    }

    @Test
    void nameThatIsNoTextIsSaidToBe() throws IOException {
        assertThat(read(archive(header('0', "bad\u00ffname", "0"))))
                .singleElement()
                .satisfies(shown ->
                        assertThat(shown.entry.name())
                                .isEqualTo(new TarEntry.Name("bad\ufffdname", Spelling.GARBLED)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"99999999999999999", "-99999999999999999.5", "1.5"})
    void anyTimeThatAProgramSetsIsRead(String time) throws IOException {
        String body = "mtime=" + time + "\n";
        String record = (body.length() + 3) + " " + body;
        assertThat(
                        read(
                                archive(
                                        header('x', "pax", Integer.toOctalString(record.length())),
                                        padded(record),
                                        header('0', "a", "0"))))
                .hasSize(1);
    }
}
