package org.securebackend.runner.outputs.release;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.securebackend.runner.outputs.release.ReleaseCheck.Finding;

class ReleaseCheckTest {
    private static final ReleasePolicy POLICY = ReleasePolicy.standard();
    private static final String HAS_IDENTIFIER = "File has a patient_id column";

    @TempDir Path folder;

    private Finding check(String name, byte[] content) throws IOException {
        Path file = folder.resolve("candidate");
        Files.write(file, content);
        return new ReleaseCheck(POLICY).check(name, () -> FileChannel.open(file));
    }

    private Finding check(String name, String content) throws IOException {
        return check(name, content.getBytes(UTF_8));
    }

    @Test
    void plainTablePassesAndIsCounted() throws IOException {
        Finding finding = check("output/a.csv", "age,count\n1,2\n\n\"3\n4\",5\n");
        assertThat(finding.reasons()).isEmpty();
        assertThat(finding.rows()).isEqualTo(OptionalLong.of(2));
        assertThat(finding.columns()).isEqualTo(OptionalLong.of(2));
    }

    @Test
    void emptyTableHasNoRowsAndNoColumns() throws IOException {
        Finding finding = check("a.csv", "");
        assertThat(finding.rows()).isEqualTo(OptionalLong.of(0));
        assertThat(finding.columns()).isEqualTo(OptionalLong.of(0));
        assertThat(finding.reasons()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "patient_id,age\n1,2\n",
                "age,patient_id\n1,2\n",
                "patient_id\n1\n",
                "patient_id",
                "\uFEFFpatient_id,age\n1,2\n",
                "\uFEFF\uFEFFpatient_id,age\n1,2\n",
                "\n\n\npatient_id,age\n1,2\n",
                "\r\n \r\npatient_id,age\r\n1,2\r\n",
                "  ,  \npatient_id,age\n1,2\n",
                "\"patient_id\",\"age\"\n1,2\n",
                "\"\"\"patient_id\"\"\",age\n1,2\n",
                "'patient_id',age\n1,2\n",
                " patient_id , age\n1,2\n",
                "\u00a0patient_id,age\n1,2\n",
                "pat\u200bient_id,age\n1,2\n",
                "PATIENT_ID,age\n1,2\n",
                "Patient_Id,age\n1,2\n",
                "Patient ID,age\n1,2\n",
                "patient-id,age\n1,2\n",
                "\uff50atient_id,age\n1,2\n",
                "age;patient_id\n1;2\n",
                "age\tpatient_id\n1\t2\n",
                "age|patient_id\n1|2\n",
                "\"age\nfoo\",patient_id\n1,2\n",
                "My table\npatient_id,age\n1,2\n",
                "My table,,\npatient_id,age,sex\n1,2,3\n",
                "# note\n\npatient_id\n1\n2\n",
            })
    void identifierColumnOfCsvIsFoundHoweverItIsDressed(String content) throws IOException {
        assertThat(check("a.csv", content).reasons()).contains(HAS_IDENTIFIER);
    }

    @Test
    void semicolonsBehindQuotesAreFoundOrNotReleased() throws IOException {
        assertThat(check("a.csv", "\"age\";\"patient_id\"\n1;2\n").reasons()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "variable,missing\npatient_id,0\nage,2\n",
                "patient_ids,age\n1,2\n",
                "my_patient_id_hash,age\n1,2\n",
            })
    void otherMentionsOfTheIdentifierPass(String content) throws IOException {
        assertThat(check("a.csv", content).reasons()).isEmpty();
    }

    @Test
    void invalidUtf8IsNotReleased() throws IOException {
        assertThat(check("a.csv", "caf\u00e9,n\n1,2\n".getBytes(ISO_8859_1)).reasons())
                .containsExactly(Reasons.NOT_PLAIN_TEXT.text());
        assertThat(check("a.txt", new byte[] {'a', (byte) 0xC0, (byte) 0x80}).reasons())
                .containsExactly(Reasons.NOT_PLAIN_TEXT.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.csv", "a.txt", "a.log", "a.md", "a.json", "a.html", "a.svg"})
    void utf16AndNulAreNotReleased(String name) throws IOException {
        assertThat(check(name, "patient_id,age\n".getBytes(UTF_16)).reasons()).isNotEmpty();
        assertThat(check(name, "patient_id,age\n".getBytes(UTF_16LE)).reasons()).isNotEmpty();
        assertThat(check(name, "age\0,b\n").reasons()).isNotEmpty();
    }

    @Test
    void compressedFileUnderTextNameIsNotReleased() throws IOException {
        assertThat(check("a.csv", gzip("patient_id\n1\n")).reasons()).isNotEmpty();
        assertThat(check("a.txt", gzip("patient_id\n1\n")).reasons()).isNotEmpty();
    }

    @Test
    void rowCountAboveTheLimitIsNotReleased() throws IOException {
        assertThat(check("a.csv", "n\n" + "1\n".repeat(5000)).reasons()).isEmpty();
        Finding finding = check("a.csv", "n\n" + "1\n".repeat(5001));
        assertThat(finding.reasons())
                .containsExactly("File row count (5001) exceeds maximum allowed rows (5000)");
        assertThat(finding.rows()).isEqualTo(OptionalLong.of(5001));
    }

    @Test
    void identifierAndRowsAreTwoReasons() throws IOException {
        Finding finding = check("a.csv", "patient_id\n" + "1\n".repeat(5001));
        assertThat(finding.reasons()).hasSize(2);
        assertThat(finding.shortReason().orElseThrow()).contains(", ");
    }

    @Test
    void tableHiddenInOneQuotedFieldIsNotReleased() throws IOException {
        assertThat(check("a.csv", "n\n\"" + "1\n".repeat(10_001) + "\"\n").reasons())
                .anyMatch(reason -> reason.contains("more lines"));
        assertThat(check("a.csv", "n\n\"" + "1,2;".repeat(10_000) + "\"\n").reasons())
                .anyMatch(reason -> reason.contains("field or line longer"));
        assertThat(check("a.csv", "n\n" + "x".repeat(4_000_000)).reasons()).isNotEmpty();
    }

    @Test
    void unclosedQuoteIsNotReleased() throws IOException {
        assertThat(check("a.csv", "n,\"m\n1,2\n3,4\n").reasons())
                .containsExactly(Reasons.NOT_READABLE_CSV.text());
    }

    @Test
    void raggedTableIsReadToItsEnd() throws IOException {
        Finding finding = check("a.csv", "a,b\n1\n1,2,3\n4,5\n");
        assertThat(finding.rows()).isEqualTo(OptionalLong.of(3));
        assertThat(finding.reasons()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"a.CSV", "a.rds", "a.csv.gz", "a.zip", "a", "folder.csv/a", ".csv", "a.", "a.dta"})
    void otherTypesAreNotReleased(String name) throws IOException {
        assertThat(check(name, "n\n1\n").reasons()).containsExactly(Reasons.WRONG_TYPE.text());
    }

    @Test
    void allowedTypeWithoutCheckIsNotReleased() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "x");
        var policy =
                new ReleasePolicy(
                        java.util.Set.of(".pdf"),
                        100,
                        10,
                        10,
                        java.util.Set.of("patient_id"),
                        10,
                        10);
        assertThat(new ReleaseCheck(policy).check("a.pdf", () -> FileChannel.open(file)).reasons())
                .containsExactly(Reasons.NO_CHECK.text());
    }

    @Test
    void largeFileIsNotEvenLookedInto() throws IOException {
        Finding finding = check("a.csv", new byte[16_777_217]);
        assertThat(finding.reasons())
                .containsExactly("File size of 16.00MiB is larger than limit of 16.00MiB");
        assertThat(finding.rows()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "patient_id,age\n1,2\n",
                "patient_id\tage\n1\t2\n",
                "patient_id | age\n--- | ---\n1 | 2\n",
                "| patient_id | age |\n|---|---|\n| 1 | 2 |\n",
                "\"patient_id\";\"age\"\n1;2\n",
                "   patient_id  age sex\n0  1 2 F\n1  2 3 M\n",
                "some words before\n\npatient_id\n123\n",
                "     | patient_id   age |\n     |------------------|\n  1. |        123    45 |\n",
                "+------+-----+\n| Patient_ID | age |\n+------+-----+\n| 1 | 2 |\n",
            })
    void tableWithIdentifierInAnyPlainTextIsNotReleased(String content) throws IOException {
        for (String name : new String[] {"a.txt", "a.log", "a.md"}) {
            assertThat(check(name, content).reasons()).as(name).contains(HAS_IDENTIFIER);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "We dropped patient_id from the data.\nThen we counted.\n",
                ". drop patient_id\n. merge 1:1 patient_id using x.dta, keep(master)\n\n    Result\n",
                "> df %>% group_by(patient_id, sex) %>% count()\n",
                "",
            })
    void textThatOnlySpeaksOfTheIdentifierPasses(String content) throws IOException {
        assertThat(check("a.log", content).reasons()).isEmpty();
    }

    @Test
    void endlessLineAndTooManyLinesOfTextAreNotReleased() throws IOException {
        assertThat(check("a.txt", "x".repeat(40_000)).reasons())
                .anyMatch(reason -> reason.contains("field or line longer"));
        for (String end : new String[] {"\n", "\r", "\r\n", "\u2028", "\u0085", "\f"}) {
            assertThat(check("a.txt", ("x" + end).repeat(10_000)).reasons()).isEmpty();
            assertThat(check("a.txt", ("x" + end).repeat(10_001)).reasons())
                    .containsExactly(Reasons.tooManyLines(10_001, 10_000).text());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"patient_id\": 1}]",
                "{\"columns\": [\"patient_id\", \"age\"], \"data\": [[1, 2]]}",
                "{\"patient\\u005fid\": 1}",
                "{\"a\": 1}\n{\"Patient ID\": 1}\n",
                "\uFEFF{\"patient_id\": NaN}",
            })
    void identifierInJsonIsNotReleased(String content) throws IOException {
        assertThat(check("a.json", content).reasons()).contains(HAS_IDENTIFIER);
    }

    @Test
    void longListsAndTextsInJsonAreNotReleased() throws IOException {
        assertThat(check("a.json", "{\"n\": [1, 2, {\"m\": null}]}").reasons()).isEmpty();
        assertThat(check("a.json", "[" + "1,".repeat(5000) + "1]").reasons())
                .containsExactly(Reasons.tooManyEntries(5000).text());
        assertThat(check("a.json", "{\"a\":1}\n".repeat(5001)).reasons())
                .containsExactly(Reasons.tooManyEntries(5000).text());
        assertThat(check("a.json", "{\"a\":\"" + "x,".repeat(20_000) + "\"}").reasons())
                .containsExactly(Reasons.NOT_READABLE_JSON.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\": ", "patient_id,age\n1,2\n", "{} trailing", "{'a': 1}"})
    void brokenJsonIsNotReleased(String content) throws IOException {
        assertThat(check("a.json", content).reasons())
                .containsExactly(Reasons.NOT_READABLE_JSON.text());
    }

    @Test
    void deepJsonDoesNotExhaustTheStack() throws IOException {
        assertThat(check("a.json", "[".repeat(100_000)).reasons())
                .containsExactly(Reasons.NOT_READABLE_JSON.text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html><table><tr><th>patient_id</th></tr></table></html>",
                "<html><TABLE><TR><TH class=\"x\"> Patient_ID </TH></TR></TABLE></html>",
                "<html><table><td><b>patient_id</b></td></table></html>",
                "<html><script>var d = [{\"patient_id\": 1}]</script></html>",
                "<html><pre>\npatient_id,age\n1,2\n</pre></html>",
            })
    void identifierInHtmlIsNotReleased(String content) throws IOException {
        assertThat(check("a.html", content).reasons()).contains(HAS_IDENTIFIER);
    }

    @Test
    void identifierBehindAnEndlessLineOfHtmlIsNotReleased() throws IOException {
        for (int padding = 130_900; padding < 131_200; padding += 7) {
            String content = "<html>" + "x".repeat(padding) + "<th>patient_id</th></html>";
            assertThat(check("a.html", content).reasons()).contains(HAS_IDENTIFIER);
        }
    }

    @Test
    void longTableInHtmlIsNotReleased() throws IOException {
        assertThat(check("a.html", "<html>" + "<tr><td>1</td></tr>".repeat(5000)).reasons())
                .isEmpty();
        assertThat(check("a.html", "<html>" + "<tr><td>1</td></tr>".repeat(5001)).reasons())
                .containsExactly(Reasons.tooManyEntries(5000).text());
    }

    @Test
    void tableEmbeddedInHtmlIsNotReleased() throws IOException {
        assertThat(
                        check("a.html", "<html><a href=\"data:text/csv;base64,cGF0aWVudA==\">x</a>")
                                .reasons())
                .containsExactly(Reasons.EMBEDDED_FILE.text());
    }

    @Test
    void textUnderHtmlOrSvgNameIsNotReleased() throws IOException {
        assertThat(check("a.html", "a,b\n1,2\n").reasons()).contains(Reasons.NOT_MARKUP.text());
        assertThat(check("a.svg", "a,b\n1,2\n").reasons()).contains(Reasons.NOT_MARKUP.text());
    }

    @Test
    void compressedSvgIsLookedInto() throws IOException {
        assertThat(check("a.svgz", gzip("<svg><rect/></svg>")).reasons()).isEmpty();
        assertThat(check("a.svgz", gzip("<svg><text>patient_id</text></svg>")).reasons())
                .contains(HAS_IDENTIFIER);
        assertThat(check("a.svgz", "<svg></svg>").reasons())
                .containsExactly(Reasons.NOT_READABLE_SVGZ.text());
        assertThat(check("a.svgz", gzip("<svg>" + " ".repeat(17_000_000))).reasons())
                .containsExactly(Reasons.NOT_READABLE_SVGZ.text());
    }

    @Test
    void truncatedCompressedSvgIsNotReleased() throws IOException {
        byte[] whole = gzip("<svg><rect/></svg>");
        assertThat(check("a.svgz", java.util.Arrays.copyOf(whole, whole.length - 9)).reasons())
                .containsExactly(Reasons.NOT_READABLE_SVGZ.text());
    }

    @Test
    void realImagesPass() throws IOException {
        assertThat(check("a.png", image("png")).reasons()).isEmpty();
        assertThat(check("a.jpg", image("jpeg")).reasons()).isEmpty();
        assertThat(check("a.jpeg", image("jpeg")).reasons()).isEmpty();
    }

    @Test
    void dataInAPartOfItsOwnOfAnImageIsNotReleased() throws IOException {
        byte[] image = image("png");
        int afterHeader = 33;
        for (int length : new int[] {5_000, 1_000_000}) {
            var part =
                    ByteBuffer.allocate(length + 12)
                            .putInt(length)
                            .put("prIv".getBytes(StandardCharsets.US_ASCII));
            var out = new ByteArrayOutputStream();
            out.write(image, 0, afterHeader);
            out.write(part.array());
            out.write(image, afterHeader, image.length - afterHeader);
            assertThat(check("a.png", out.toByteArray()).reasons())
                    .containsExactly(Reasons.NOT_AN_IMAGE.text());
        }
    }

    @Test
    void tableRenamedToAnImageIsNotReleased() throws IOException {
        for (String name : new String[] {"a.png", "a.jpg", "a.jpeg"}) {
            assertThat(check(name, "age,n\n1,2\n").reasons())
                    .containsExactly(Reasons.NOT_AN_IMAGE.text());
        }
        assertThat(check("a.jpg", image("png")).reasons())
                .containsExactly(Reasons.NOT_AN_IMAGE.text());
    }

    @Test
    void dataBehindTheEndOfAnImageIsNotReleased() throws IOException {
        for (String kind : new String[] {"png", "jpeg"}) {
            var content = new ByteArrayOutputStream();
            content.write(image(kind));
            content.write("patient_id\n1\n".getBytes(UTF_8));
            assertThat(check("a." + kind, content.toByteArray()).reasons())
                    .containsExactly(Reasons.NOT_AN_IMAGE.text());
        }
    }

    private static byte[] image(String kind) throws IOException {
        var out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), kind, out);
        return out.toByteArray();
    }

    private static byte[] gzip(String content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(out)) {
            zip.write(content.getBytes(UTF_8));
        }
        return out.toByteArray();
    }

    // What fooled earlier checks, one by one

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a,b,c,d,e,f,g\nx,patient_id\n1,2\n",
                "a,b,c,d\n,,,\npatient_id,age,,\n1,2,,\n",
                "sex,age\nF,1\npatient_id,age\n1,45\n",
                "age,45,46\npatient_id,1,2,3,4,5\n",
                "n\n\"patient_id,age\n1,2\n3,4\"\n",
                "patient_id age sex\n1 45 F\n2 46 M\n",
                "patient_id^age\n1^2\n",
                "t.patient_id,age\n1,2\n",
                "[patient_id],age\n1,2\n",
                "PatientID,age\n1,2\n",
                "patient_id_x,age\n1,2\n",
                "p\u0430tient_id,age\n1,2\n",
                "p\u0332atient_id,age\n1,2\n",
                "sex,n\nF,5\n\npatient_id,age\n1,2\n",
            })
    void identifierColumnInAnOddPlaceOfCsvIsFound(String content) throws IOException {
        assertThat(check("a.csv", content).reasons()).contains(HAS_IDENTIFIER);
    }

    @Test
    void paddedHeaderIsFound() throws IOException {
        assertThat(check("a.csv", "patient_id" + " ".repeat(300) + ",age\n1,2\n").reasons())
                .contains(HAS_IDENTIFIER);
        assertThat(check("a.csv", "\u200b".repeat(9000) + "patient_id,age\n1,2\n").reasons())
                .contains(HAS_IDENTIFIER);
    }

    @Test
    void tableOnItsSideIsBoundedByItsColumns() throws IOException {
        assertThat(check("a.csv", "id" + ",1".repeat(4999) + "\n").reasons()).isEmpty();
        assertThat(check("a.csv", "id" + ",1".repeat(5000) + "\n").reasons())
                .containsExactly(Reasons.tooManyColumns(5000).text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "patient_id: 1\nage: 4\n\npatient_id: 2\n\npatient_id: 3\n\npatient_id: 4\n\npatient_id: 5\n",
                "region=M, [patient_id]=7, x=1\n[patient_id]=8\n[patient_id]=9\n[patient_id]=10\n[patient_id]=11\n",
                "Patient ID = 7\nPatient ID = 8\nPatient ID = 9\nPatient ID = 10\nPatient ID = 11\n",
                "{\"patient\\u005fid\": [1, 2, 3, 4, 5]}\n",
                "\u001B[1mpatient_id\u001B[0m,age\n1,2\n",
                "<table><tr><th>patient_id</th></tr><tr><td>1</td></tr></table>",
                "$ patient_id <dbl> 11, 12, 13, 14, 15\n",
                "(patient_id)\u2060: 7\n(patient_id)\u2060: 8\n(patient_id)\u2060: 9\n(patient_id)\u2060: 10\n(patient_id)\u2060: 11\n",
                "patient_id,sex\n1\u0332,F\n",
            })
    void identifiersWithTheirValuesInTextAreFound(String content) throws IOException {
        assertThat(check("a.txt", content).reasons()).contains(HAS_IDENTIFIER);
    }

    @Test
    void longTableInTextIsNotReleased() throws IOException {
        assertThat(check("a.txt", "1,45,F\n".repeat(5000)).reasons()).isEmpty();
        assertThat(check("a.txt", "1,45,F\n".repeat(5001)).reasons())
                .containsExactly(Reasons.tooManyEntries(5000).text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html><table><tr><td>&#112;atient&lowbar;id</td></tr><tr><td>1</td></tr></table>",
                "<html><table><tr><td>patient<b>_id</b></td></tr><tr><td>1</td></tr></table>",
                "<html><table><tr><td>patient<!-- > -->_id<tr><td>1</table>",
                "<html><!--><table><tr><td>patient_id</td></tr><tr><td>1</td></tr></table>-->",
                "<html><script>var d = {\"patient\\x5fid\": [1]}</script></html>",
                "<html><div data-rows='[{&quot;patient_id&quot;:1}]'></div></html>",
                "<html><p data-patient-id=\"1\">x</p></html>",
                "<html><style>/*\npatient_id,age\n1,2\n*/</style></html>",
                "<html><div><span>[patient_id]</span><span><i>b</i>mi</span></div><div><span>P0012</span><span>3</span></div></html>",
                "<html><template>{\"\\u0050atient ID\":[1,2,3,4,5]}</template></html>",
            })
    void identifierInHiddenPlacesOfHtmlIsFound(String content) throws IOException {
        assertThat(check("a.html", content).reasons()).contains(HAS_IDENTIFIER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<svg><!-- patient_id --></svg>",
                "<svg><desc><![CDATA[patient_id]]></desc></svg>",
                "<svg><text><tspan>patient_id</tspan><tspan>age</tspan></text></svg>",
                "<svg><patient_id>1</patient_id></svg>",
            })
    void identifierInADrawingIsFound(String content) throws IOException {
        assertThat(check("a.svg", content).reasons()).contains(HAS_IDENTIFIER);
    }

    @Test
    void manyLinesOfAPageAreNotReleased() throws IOException {
        assertThat(check("a.html", "<html>" + "<div>one more</div>".repeat(10_001)).reasons())
                .containsExactly(Reasons.tooManyLines(10_001, 10_000).text());
    }

    @Test
    void onlyRealImagesMayBeEmbedded() throws IOException {
        String png = java.util.Base64.getEncoder().encodeToString(image("png"));
        assertThat(
                        check("a.html", "<html><img src=\"data:image/png;base64," + png + "\">")
                                .reasons())
                .isEmpty();
        assertThat(
                        check("a.html", "<html><img src=\"data:image/jpeg;base64," + png + "\">")
                                .reasons())
                .containsExactly(Reasons.EMBEDDED_FILE.text());
    }

    @Test
    void jsonInsideJsonTextIsLookedInto() throws IOException {
        assertThat(check("a.json", "{\"a\": \"{\\\"patient_id\\\": 1}\"}").reasons())
                .contains(HAS_IDENTIFIER);
        assertThat(check("a.json", "{\"a\": \"patient_id,age\\n1,2\"}").reasons())
                .contains(HAS_IDENTIFIER);
    }

    @Test
    void compressedSvgIsOneMemberAndNothingElse() throws IOException {
        byte[] drawing = gzip("<svg><rect/></svg>");
        for (byte[] more : new byte[][] {drawing, "patient_id".getBytes(UTF_8), new byte[1]}) {
            var both = new ByteArrayOutputStream();
            both.write(drawing);
            both.write(more);
            assertThat(check("a.svgz", both.toByteArray()).reasons())
                    .containsExactly(Reasons.NOT_READABLE_SVGZ.text());
        }
        byte[] withComment = drawing.clone();
        withComment[3] = 16;
        assertThat(check("a.svgz", withComment).reasons())
                .containsExactly(Reasons.NOT_READABLE_SVGZ.text());
    }

    @Test
    void dataBehindThePixelsOfAPngIsNotReleased() throws IOException {
        byte[] image = image("png");
        var out = new ByteArrayOutputStream();
        // One IDAT more before the last part, which has twelve bytes.
        out.write(image, 0, image.length - 12);
        byte[] part = "IDATpatient_id\n1\n".getBytes(UTF_8);
        var sum = new java.util.zip.CRC32();
        sum.update(part);
        out.write(ByteBuffer.allocate(4).putInt(part.length - 4).array());
        out.write(part);
        out.write(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
        out.write(image, image.length - 12, 12);
        assertThat(check("a.png", out.toByteArray()).reasons())
                .containsExactly(Reasons.NOT_AN_IMAGE.text());
    }

    @Test
    void textInThePixelsOfAJpegIsNotReleased() throws IOException {
        byte[] image = image("jpeg");
        var out = new ByteArrayOutputStream();
        out.write(image, 0, image.length - 2);
        out.write("patient_id,age,sex\n1001,45,F\n1002,46,M\n1003,47,F\n".getBytes(UTF_8));
        out.write(image, image.length - 2, 2);
        assertThat(check("a.jpg", out.toByteArray()).reasons())
                .containsExactly(Reasons.NOT_AN_IMAGE.text());
    }

    @Test
    void everyCheckSaysWhatItFound() throws IOException {
        assertThat(check("a.csv", "patient_id\n1\n").checks())
                .extracting(result -> result.check().key() + " " + result.verdict().key())
                .containsExactly(
                        "size passed",
                        "file_type passed",
                        "content passed",
                        "identifier_column failed",
                        "rows passed",
                        "columns passed",
                        "lines passed",
                        "field_length passed",
                        "embedded_data not_made",
                        "credentials not_made");
    }

    @Test
    void checkThatCannotBeFinishedKeepsTheFileIn() throws IOException {
        Finding finding =
                new ReleaseCheck(POLICY)
                        .check(
                                "a.txt",
                                () ->
                                        new FileInMemory("n\n1\n".getBytes(UTF_8)) {
                                            @Override
                                            public int read(ByteBuffer into) {
                                                throw new OutOfMemoryError("made up");
                                            }
                                        });
        assertThat(finding.reasons()).containsExactly(Reasons.NOT_FINISHED.text());
    }
}
