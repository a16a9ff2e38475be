package org.securebackend.runner.outputs.release;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Looks through HTML and SVG for tables: cells that name an identifier, rows, texts, and other data
 * embedded in it. Reads through a window, so that one endless line is as good as many.
 */
final class MarkupCheck {
    private static final int WINDOW_CHARACTERS = 128 * 1024;

    /** No longer match is looked for, so none is cut in two. */
    private static final int OVERLAP_CHARACTERS = 1024;

    private static final Pattern ROWS = Pattern.compile("<(tr|text|tspan)[\\s>/]");
    private static final Pattern HTML =
            Pattern.compile("<(!doctype html|html|head|body|div|p|table)");
    private static final Pattern SVG = Pattern.compile("<(\\w+:)?svg[\\s>]");
    private static final Pattern EMBEDDED =
            Pattern.compile(
                    "data:(text/(csv|plain|tab-separated-values)"
                            + "|application/(zip|gzip|x-gzip|octet-stream|json|vnd\\.[\\w.\\-]{1,80}))[;,]");

    private final ReleasePolicy policy;

    MarkupCheck(ReleasePolicy policy) {
        this.policy = policy;
    }

    List<String> html(InputStream bytes) throws IOException {
        return check(bytes, HTML, policy.maxPhysicalLines());
    }

    /** Drawings have a line for every stroke, so their lines mean nothing. */
    List<String> svg(InputStream bytes) throws IOException {
        return check(bytes, SVG, Long.MAX_VALUE);
    }

    /** A compressed drawing may be as large as other files, unpacked. */
    List<String> compressedSvg(InputStream bytes) throws IOException {
        try {
            return svg(new Bounded(new GZIPInputStream(bytes), policy.maxBytes()));
        } catch (ZipException | EOFException | UnpackedTooLargeException e) {
            return List.of(Reasons.NOT_READABLE_SVGZ);
        }
    }

    private List<String> check(InputStream bytes, Pattern kind, long mostLines) throws IOException {
        var search = new Search(kind);
        try (TextReader text = new TextReader(bytes)) {
            search.through(text);
            return reasons(search, text.lines(), mostLines);
        } catch (TextReader.NotTextException e) {
            return List.of(Reasons.NOT_PLAIN_TEXT);
        }
    }

    private List<String> reasons(Search found, long lines, long mostLines) {
        var reasons = new ArrayList<String>();
        if (!found.rightKind) {
            reasons.add(Reasons.NOT_MARKUP);
        }
        found.identifiers.forEach(name -> reasons.add(Reasons.identifierColumn(name)));
        if (found.rows > policy.maxRows()) {
            reasons.add(Reasons.tooManyEntries(policy.maxRows()));
        }
        if (found.embedded) {
            reasons.add(Reasons.EMBEDDED_FILE);
        }
        if (lines > mostLines) {
            reasons.add(Reasons.tooManyLines(lines, mostLines));
        }
        return reasons;
    }

    /** One pass over a text. */
    private final class Search {
        private final Pattern kind;
        private final Set<String> identifiers = new LinkedHashSet<>();
        private final StringBuilder window = new StringBuilder();
        private boolean rightKind;
        private boolean embedded;
        private long rows;

        Search(Pattern kind) {
            this.kind = kind;
        }

        void through(Reader text) throws IOException {
            char[] chunk = new char[WINDOW_CHARACTERS];
            int count;
            while ((count = text.read(chunk, 0, chunk.length)) >= 0) {
                window.append(chunk, 0, count);
                if (window.length() > WINDOW_CHARACTERS) {
                    look(window.length() - OVERLAP_CHARACTERS);
                    window.delete(0, window.length() - OVERLAP_CHARACTERS);
                }
            }
            look(window.length());
        }

        /** Counts what begins before {@code end}; the rest will be seen again. */
        private void look(int end) {
            String text = window.toString().toLowerCase(Locale.ROOT);
            rightKind = rightKind || kind.matcher(text).find();
            embedded = embedded || EMBEDDED.matcher(text).find();
            Matcher row = ROWS.matcher(text);
            while (row.find() && row.start() < end) {
                rows++;
            }
            for (String name : policy.identifierColumns()) {
                if (cell(name).matcher(text).find()) {
                    identifiers.add(name);
                }
            }
        }
    }

    /**
     * A cell of a table or drawing that holds the name, or the name as a key of JSON in a script.
     */
    private static Pattern cell(String name) {
        String loose = Pattern.quote(name).replace("_", "\\E[\\s_.\\-]\\Q");
        String blank = "(?:\\s|&nbsp;|&#160;|&quot;|[\"'`])";
        return Pattern.compile(
                ">"
                        + blank
                        + "{0,100}"
                        + loose
                        + blank
                        + "{0,100}</(?:\\w{1,20}:)?(?:t[hdr]|text|tspan)"
                        + "|<t[hd](?:[^<>]{0,300})>"
                        + blank
                        + "{0,100}(?:<[^<>]{0,200}>"
                        + blank
                        + "{0,50}){0,3}"
                        + loose
                        + blank
                        + "{0,100}<"
                        + "|[\"']"
                        + loose
                        + "[\"']\\s{0,50}:"
                        + "|(?:^|[\\r\\n])"
                        + blank
                        + "{0,50}"
                        + loose
                        + "\\s{0,20}[,;\\t]");
    }

    /** Unpacked, it is larger than a file may be. */
    private static final class UnpackedTooLargeException extends IOException {
        private static final long serialVersionUID = 1L;

        UnpackedTooLargeException() {
            super("more data than allowed");
        }
    }

    /** Gives no more than so many bytes. */
    private static final class Bounded extends InputStream {
        private final InputStream bytes;
        private long left;

        Bounded(InputStream bytes, long most) {
            this.bytes = bytes;
            this.left = most;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            int count = read(one, 0, 1);
            return count < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = bytes.read(buffer, offset, length);
            left -= Math.max(0, count);
            if (left < 0) {
                throw new UnpackedTooLargeException();
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            bytes.close();
        }
    }
}
