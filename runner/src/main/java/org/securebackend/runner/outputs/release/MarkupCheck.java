package org.securebackend.runner.outputs.release;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.zip.ZipException;
import org.securebackend.runner.job.CheckResult.Check;
import org.securebackend.runner.outputs.release.EmbeddedFiles.Drawings;
import org.securebackend.runner.outputs.release.MarkupContent.Kind;
import org.securebackend.runner.outputs.release.MarkupText.Tags;

/**
 * Looks through HTML and SVG for tables, lists, and other data embedded in it. Reads it in two ways
 * at once, since a browser shows only one of them: what is a column in either is one.
 */
final class MarkupCheck {
    private static final int CHUNK_CHARACTERS = 32 * 1024;

    private final ReleasePolicy policy;
    private final Drawings drawings;

    MarkupCheck(ReleasePolicy policy) {
        this(policy, Drawings.ALLOWED);
    }

    MarkupCheck(ReleasePolicy policy, Drawings drawings) {
        this.policy = policy;
        this.drawings = drawings;
    }

    void html(InputStream bytes, Verdicts verdicts) throws IOException {
        check(bytes, Kind.PAGE, verdicts);
    }

    void svg(InputStream bytes, Verdicts verdicts) throws IOException {
        check(bytes, Kind.DRAWING, verdicts);
    }

    /** A compressed drawing may be as large as other files, unpacked. */
    void compressedSvg(InputStream bytes, Verdicts verdicts) throws IOException {
        verdicts.made(Check.CONTENT);
        try {
            svg(new GzipMember(bytes, policy.maxBytes()), verdicts);
        } catch (ZipException | EOFException e) {
            verdicts.fail(Reasons.NOT_READABLE_SVGZ);
        }
    }

    private void check(InputStream bytes, Kind kind, Verdicts verdicts) throws IOException {
        var seen = new MarkupContent(policy, kind, drawings);
        var all = new MarkupContent(policy, kind, drawings);
        var browser = new MarkupText(Tags.AS_IN_A_BROWSER, seen);
        var reader = new MarkupText(Tags.ALL_PART_TEXT, all);
        verdicts.made(Check.CONTENT);
        try (TextReader text = new TextReader(bytes)) {
            char[] chunk = new char[CHUNK_CHARACTERS];
            int count;
            while ((count = text.read(chunk, 0, chunk.length)) >= 0) {
                for (int i = 0; i < count; i++) {
                    browser.next(chunk[i]);
                    reader.next(chunk[i]);
                }
            }
        } catch (TextReader.NotTextException e) {
            verdicts.fail(Reasons.NOT_PLAIN_TEXT);
            return;
        }
        browser.end();
        reader.end();
        seen.end();
        all.end();
        if (!isOf(kind, seen) || !seen.isReadable() || !all.isReadable()) {
            verdicts.fail(Reasons.NOT_MARKUP);
        }
        decide(seen, all, verdicts);
        bounds(seen, verdicts);
    }

    private static boolean isOf(Kind kind, MarkupContent seen) {
        return seen.beginning()
                .filter(element ->
                        switch (kind) {
                            case PAGE -> Markup.BEGINNINGS.contains(element);
                            case DRAWING -> element.equals("svg");
                            case TEXT -> true;
                        })
                .isPresent();
    }

    private void decide(MarkupContent seen, MarkupContent all, Verdicts verdicts) {
        verdicts.made(Check.IDENTIFIER_COLUMN, Check.EMBEDDED_DATA);
        Optional<String> name = seen.identifier();
        verdicts.fail(name.or(all::identifier).map(Reasons::identifierColumn));
        if (seen.hasEmbedded()) {
            verdicts.fail(Reasons.EMBEDDED_FILE);
        }
    }

    private void bounds(MarkupContent seen, Verdicts verdicts) {
        verdicts.made(Check.ROWS, Check.COLUMNS, Check.LINES, Check.FIELD_LENGTH);
        if (seen.rows() > policy.maxRows()) {
            verdicts.fail(Reasons.tooManyEntries(policy.maxRows()));
        }
        if (seen.columns() > policy.maxColumns()) {
            verdicts.fail(Reasons.tooManyColumns(policy.maxColumns()));
        }
        if (seen.filledLines() > policy.maxPhysicalLines()) {
            verdicts.fail(Reasons.tooManyLines(seen.filledLines(), policy.maxPhysicalLines()));
        }
        if (Math.max(seen.longestLine(), seen.longestHidden()) > policy.longestField()) {
            verdicts.fail(Reasons.fieldTooLong(policy.longestField()));
        }
    }
}
