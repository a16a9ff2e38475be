package org.securebackend.runner.outputs.release;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.securebackend.runner.job.CheckResult.Check;
import org.securebackend.runner.outputs.release.EmbeddedFiles.Drawings;

/**
 * Looks at the names, texts and lists of a JSON file, or of many JSON values in one file. Texts may
 * hold JSON again, tables, or files. An identifier counts as the name of a field and as a whole
 * text: many programs write the names of columns as texts.
 */
final class JsonCheck {
    private static final int DEEPEST = 200;
    private static final int DEEPEST_IN_TEXTS = 3;

    private final ReleasePolicy policy;
    private final Identifiers identifiers;
    private final EmbeddedFiles embeddedFiles;
    private final JsonFactory factory;

    JsonCheck(ReleasePolicy policy) {
        this.policy = policy;
        this.identifiers = new Identifiers(policy.identifierColumns());
        this.embeddedFiles = new EmbeddedFiles(policy, Drawings.ALLOWED);
        this.factory =
                JsonFactory.builder()
                        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                        .streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxNestingDepth(DEEPEST)
                                        .maxNameLength(policy.longestField())
                                        .maxStringLength(policy.longestField())
                                        .maxNumberLength(policy.longestField())
                                        .build())
                        .build();
    }

    void check(InputStream bytes, Verdicts verdicts) throws IOException {
        verdicts.made(Check.CONTENT);
        try (TextReader text = new TextReader(bytes)) {
            look(text, verdicts, 0);
            verdicts.made(
                    Check.IDENTIFIER_COLUMN, Check.ROWS, Check.FIELD_LENGTH, Check.EMBEDDED_DATA);
        } catch (TextReader.NotTextException e) {
            verdicts.fail(Reasons.NOT_PLAIN_TEXT);
        } catch (JsonProcessingException e) {
            verdicts.fail(Reasons.NOT_READABLE_JSON);
        }
    }

    private void look(Reader text, Verdicts verdicts, int depthInTexts) throws IOException {
        try (JsonParser values = factory.createParser(text)) {
            var structure = new Structure(verdicts);
            JsonToken token;
            while ((token = values.nextToken()) != null) {
                structure.token(token);
                if (token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING) {
                    word(values.getText(), verdicts, depthInTexts);
                }
            }
        }
    }

    private void word(String text, Verdicts verdicts, int depthInTexts) throws IOException {
        Optional<String> name = identifiers.named(text);
        verdicts.fail(name.map(Reasons::identifierColumn));
        String start = text.stripLeading();
        if (start.startsWith("{") || start.startsWith("[") || start.startsWith("\"")) {
            nested(text, verdicts, depthInTexts + 1);
        } else if (text.indexOf('<') >= 0) {
            verdicts.fail(ScriptText.identifier(text, identifiers).map(Reasons::identifierColumn));
        }
        lines(text, verdicts);
        if (embeddedFiles.areForbiddenIn(text)) {
            verdicts.fail(Reasons.EMBEDDED_FILE);
        }
    }

    private void nested(String text, Verdicts verdicts, int depthInTexts) throws IOException {
        if (depthInTexts > DEEPEST_IN_TEXTS) {
            verdicts.fail(Reasons.NOT_READABLE_JSON);
            return;
        }
        try {
            look(new StringReader(text), verdicts, depthInTexts);
        } catch (JsonProcessingException e) {
            // No JSON, then; what looks like it may be a script.
            verdicts.fail(ScriptText.identifier(text, identifiers).map(Reasons::identifierColumn));
        }
    }

    private void lines(String text, Verdicts verdicts) {
        if (!identifiers.mayBeIn(text)) {
            return;
        }
        var tables = new TextTables(identifiers);
        var lines = new Lines(policy.longestField(), tables::line);
        lines.next(text);
        lines.end();
        verdicts.fail(tables.identifier().map(Reasons::identifierColumn));
    }

    /** Counts the entries of every list, and of all lists and objects that are equally deep. */
    private final class Structure {
        private final Verdicts verdicts;
        private final Deque<Long> entries = new ArrayDeque<>();
        private final long[] atDepth = new long[DEEPEST + 2];

        Structure(Verdicts verdicts) {
            this.verdicts = verdicts;
            entries.push(0L);
        }

        void token(JsonToken token) {
            if (token == JsonToken.END_ARRAY || token == JsonToken.END_OBJECT) {
                entries.pop();
                return;
            }
            if (token == JsonToken.FIELD_NAME) {
                return;
            }
            long count = entries.pop() + 1;
            entries.push(count);
            if (count > policy.maxRows()) {
                verdicts.fail(Reasons.tooManyEntries(policy.maxRows()));
            }
            if (token.isStructStart()) {
                long alike = ++atDepth[entries.size()];
                if (alike > policy.maxPhysicalLines()) {
                    verdicts.fail(Reasons.tooManyEntries(policy.maxRows()));
                }
                entries.push(0L);
            }
        }
    }
}
