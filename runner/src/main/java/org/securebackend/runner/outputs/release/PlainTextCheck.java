package org.securebackend.runner.outputs.release;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.securebackend.runner.job.CheckResult.Check;
import org.securebackend.runner.outputs.release.EmbeddedFiles.Drawings;

/**
 * Looks at a text that should be prose or a log: how long it is, and whether it holds a table,
 * written as text or as HTML.
 */
final class PlainTextCheck {
    private static final int CHUNK_CHARACTERS = 32 * 1024;

    private final ReleasePolicy policy;
    private final Identifiers identifiers;

    PlainTextCheck(ReleasePolicy policy) {
        this.policy = policy;
        this.identifiers = new Identifiers(policy.identifierColumns());
    }

    void check(InputStream bytes, Verdicts verdicts) throws IOException {
        var tables = new TextTables(identifiers);
        var lines = new Lines(policy.longestField(), tables::line);
        var markup = new MarkupContent(policy, MarkupContent.Kind.TEXT, Drawings.ALLOWED);
        var browser = new MarkupText(MarkupText.Tags.AS_IN_A_BROWSER, markup);
        verdicts.made(Check.CONTENT);
        try (TextReader text = new TextReader(bytes)) {
            char[] chunk = new char[CHUNK_CHARACTERS];
            int count;
            while ((count = text.read(chunk, 0, chunk.length)) >= 0) {
                for (int i = 0; i < count; i++) {
                    lines.next(chunk[i]);
                    browser.next(chunk[i]);
                }
            }
            lines.end();
            browser.end();
            decide(tables, markup, verdicts);
            lengths(text.lines(), lines.longest(), verdicts);
        } catch (TextReader.NotTextException e) {
            verdicts.fail(Reasons.NOT_PLAIN_TEXT);
        }
    }

    private void decide(TextTables tables, MarkupContent markup, Verdicts verdicts) {
        verdicts.made(Check.IDENTIFIER_COLUMN, Check.ROWS, Check.EMBEDDED_DATA);
        Optional<String> name = tables.identifier();
        verdicts.fail(name.or(markup::tableIdentifier).map(Reasons::identifierColumn));
        if (tables.rows() > policy.maxRows() || markup.rows() > policy.maxRows()) {
            verdicts.fail(Reasons.tooManyEntries(policy.maxRows()));
        }
        if (markup.hasEmbedded()) {
            verdicts.fail(Reasons.EMBEDDED_FILE);
        }
    }

    private void lengths(long lines, long longest, Verdicts verdicts) {
        verdicts.made(Check.LINES, Check.FIELD_LENGTH);
        if (lines > policy.maxPhysicalLines()) {
            verdicts.fail(Reasons.tooManyLines(lines, policy.maxPhysicalLines()));
        }
        if (longest > policy.longestField()) {
            verdicts.fail(Reasons.fieldTooLong(policy.longestField()));
        }
    }
}
