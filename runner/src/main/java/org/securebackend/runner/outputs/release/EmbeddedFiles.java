package org.securebackend.runner.outputs.release;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;

/**
 * Looks at {@code data:} addresses. Images of the kinds that level 4 takes, fonts, style sheets and
 * scripts may be in a report, if they are what they say; nothing else may.
 */
final class EmbeddedFiles {
    private static final String SCHEME = "data:";
    private static final int LONGEST_TYPE = 120;
    private static final int LARGEST_FONT_BYTES = 512 * 1024;
    private static final int SMALLEST_FONT_BYTES = 36;
    private static final int LARGEST_SMALL_IMAGE_BYTES = 4096;

    private static final Set<String> SCRIPTS =
            Set.of(
                    "text/css",
                    "text/javascript",
                    "application/javascript",
                    "application/x-javascript");

    private final ReleasePolicy policy;
    private final Drawings drawings;

    /** Whether a drawing may be in there: none within one, or looking would never end. */
    enum Drawings {
        ALLOWED,
        FORBIDDEN
    }

    EmbeddedFiles(ReleasePolicy policy, Drawings drawings) {
        this.policy = policy;
        this.drawings = drawings;
    }

    /** Whether {@code text} holds a file that may not be in it. */
    boolean areForbiddenIn(String text) {
        int at = indexOfScheme(text, 0);
        while (at >= 0) {
            int typeStart = at + SCHEME.length();
            int comma = commaAfter(text, typeStart);
            int next = typeStart;
            if (comma >= 0) {
                int end = payloadEnd(text, comma + 1);
                String type = text.substring(typeStart, comma).strip().toLowerCase(Locale.ROOT);
                if (isForbidden(type, text.substring(comma + 1, end))) {
                    return true;
                }
                next = end;
            }
            at = indexOfScheme(text, next);
        }
        return false;
    }

    private static int indexOfScheme(String text, int from) {
        for (int i = text.indexOf(':', from); i >= 0; i = text.indexOf(':', i + 1)) {
            int start = i + 1 - SCHEME.length();
            if (start >= from && text.regionMatches(true, start, SCHEME, 0, SCHEME.length())) {
                return start;
            }
        }
        return -1;
    }

    /** The comma behind a media type, or -1 if this is none: {@code data} is a common name. */
    private static int commaAfter(String text, int from) {
        boolean type = false;
        for (int i = from; i < Math.min(text.length(), from + LONGEST_TYPE); i++) {
            char here = text.charAt(i);
            if (here == ',') {
                return type ? i : -1;
            }
            type |= here == '/' || here == ';';
            if (!Character.isLetterOrDigit(here) && "/;=.+-_ ".indexOf(here) < 0) {
                return -1;
            }
        }
        return -1;
    }

    private static int payloadEnd(String text, int from) {
        int i = from;
        while (i < text.length() && "\"'()<>`".indexOf(text.charAt(i)) < 0) {
            i++;
        }
        return i;
    }

    private boolean isForbidden(String type, String payload) {
        String kind = type.split(";", 2)[0].strip();
        byte[] bytes;
        try {
            bytes =
                    type.endsWith("base64")
                            ? Base64.getMimeDecoder().decode(payload)
                            : undoPercents(payload).getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return true;
        }
        try {
            return !isAllowed(kind, bytes);
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory could not be read", e);
        }
    }

    private boolean isAllowed(String kind, byte[] bytes) throws IOException {
        if (SCRIPTS.contains(kind)) {
            String text = new String(bytes, StandardCharsets.UTF_8);
            return ScriptText.identifier(text, new Identifiers(policy.identifierColumns()))
                            .isEmpty()
                    && ScriptText.rows(text) <= policy.maxRows()
                    && ScriptText.longestPiece(text) <= policy.longestField();
        }
        return switch (kind) {
            case "image/png" -> PngCheck.isPng(new ByteArrayInputStream(bytes));
            case "image/jpeg", "image/jpg" -> JpegCheck.isJpeg(new ByteArrayInputStream(bytes));
            case "image/svg+xml" -> isDrawing(bytes);
            case "image/gif", "image/x-icon" -> bytes.length <= LARGEST_SMALL_IMAGE_BYTES;
            default -> isFont(kind, bytes);
        };
    }

    private boolean isDrawing(byte[] bytes) throws IOException {
        if (drawings == Drawings.FORBIDDEN) {
            return false;
        }
        var verdicts = new Verdicts();
        new MarkupCheck(policy, Drawings.FORBIDDEN).svg(new ByteArrayInputStream(bytes), verdicts);
        return verdicts.finding().reasons().isEmpty();
    }

    private static boolean isFont(String kind, byte[] bytes) {
        boolean named =
                kind.startsWith("font/")
                        || kind.startsWith("application/font-")
                        || kind.startsWith("application/x-font-")
                        || kind.equals("application/vnd.ms-fontobject")
                        || kind.equals("application/octet-stream");
        if (!named || bytes.length < SMALLEST_FONT_BYTES || bytes.length > LARGEST_FONT_BYTES) {
            return false;
        }
        String start = new String(bytes, 0, 4, StandardCharsets.ISO_8859_1);
        boolean embeddedOpenType = bytes[34] == 'L' && bytes[35] == 'P';
        return Set.of("wOFF", "wOF2", "OTTO", "true", "\0\1\0\0").contains(start)
                || embeddedOpenType;
    }

    private static String undoPercents(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
