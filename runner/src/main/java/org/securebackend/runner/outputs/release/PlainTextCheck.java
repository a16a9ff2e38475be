package org.securebackend.runner.outputs.release;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Looks at a text that should be prose or a log: how long it is, and whether it holds a table. */
final class PlainTextCheck {
    private static final int CHUNK_CHARACTERS = 32 * 1024;

    private final ReleasePolicy policy;

    PlainTextCheck(ReleasePolicy policy) {
        this.policy = policy;
    }

    List<String> check(InputStream bytes) throws IOException {
        var lines = new Lines(new TableHeaders(new Identifiers(policy.identifierColumns())));
        try (TextReader text = new TextReader(bytes)) {
            char[] chunk = new char[CHUNK_CHARACTERS];
            int count;
            while ((count = text.read(chunk, 0, chunk.length)) >= 0) {
                for (int i = 0; i < count; i++) {
                    lines.next(chunk[i]);
                }
            }
            lines.end();
            return reasons(lines, text.lines());
        } catch (TextReader.NotTextException e) {
            return List.of(Reasons.NOT_PLAIN_TEXT);
        }
    }

    private List<String> reasons(Lines found, long lines) {
        var reasons = new ArrayList<String>();
        found.headers.identifier().ifPresent(name -> reasons.add(Reasons.identifierColumn(name)));
        if (lines > policy.maxPhysicalLines()) {
            reasons.add(Reasons.tooManyLines(lines, policy.maxPhysicalLines()));
        }
        if (found.longest > policy.longestField()) {
            reasons.add(Reasons.fieldTooLong(policy.longestField()));
        }
        return reasons;
    }

    /** Cuts a text into lines; of an endless one it keeps no more than may be. */
    private final class Lines {
        private final TableHeaders headers;
        private final StringBuilder line = new StringBuilder();
        private long length;
        private long longest;

        Lines(TableHeaders headers) {
            this.headers = headers;
        }

        void next(char character) {
            switch (character) {
                case '\n', '\r', '\u000B', '\f', '\u0085', '\u2028', '\u2029' -> end();
                default -> {
                    length++;
                    if (line.length() < policy.longestField()) {
                        line.append(character);
                    }
                }
            }
        }

        void end() {
            longest = Math.max(longest, length);
            headers.line(line.toString());
            line.setLength(0);
            length = 0;
        }
    }
}
