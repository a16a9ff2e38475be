package org.securebackend.runner.outputs.release;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at the names, the longest text and the longest list of a JSON file, or of many JSON values
 * in one file.
 */
final class JsonCheck {
    private static final int DEEPEST = 200;

    private final ReleasePolicy policy;
    private final Identifiers identifiers;
    private final JsonFactory factory;

    JsonCheck(ReleasePolicy policy) {
        this.policy = policy;
        this.identifiers = new Identifiers(policy.identifierColumns());
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

    List<String> check(InputStream bytes) throws IOException {
        Set<String> reasons = new LinkedHashSet<>();
        try (JsonParser values = factory.createParser(new TextReader(bytes))) {
            look(values, reasons);
        } catch (TextReader.NotTextException e) {
            return List.of(Reasons.NOT_PLAIN_TEXT);
        } catch (JsonProcessingException e) {
            return List.of(Reasons.NOT_READABLE_JSON);
        }
        return new ArrayList<>(reasons);
    }

    private void look(JsonParser values, Set<String> reasons) throws IOException {
        Deque<Long> entries = new ArrayDeque<>();
        entries.push(0L);
        JsonToken token;
        while ((token = values.nextToken()) != null) {
            if (token == JsonToken.END_ARRAY || token == JsonToken.END_OBJECT) {
                entries.pop();
                continue;
            }
            if (token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING) {
                identifier(values).ifPresent(name -> reasons.add(Reasons.identifierColumn(name)));
            }
            if (token == JsonToken.FIELD_NAME) {
                continue;
            }
            long count = entries.pop() + 1;
            entries.push(count);
            if (count > policy.maxRows()) {
                reasons.add(Reasons.tooManyEntries(policy.maxRows()));
            }
            if (token.isStructStart()) {
                entries.push(0L);
            }
        }
    }

    private Optional<String> identifier(JsonParser values) throws IOException {
        String text = values.getText();
        return identifiers.mayFit(text.length()) ? identifiers.named(text) : Optional.empty();
    }
}
