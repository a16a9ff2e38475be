package org.securebackend.runner.outputs.release;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * Checks that an image is one from its first to its last byte: the right signature, parts that fit,
 * nothing behind its end, and no more than a little text in it.
 */
final class ImageCheck {
    private static final long PNG_SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int PNG_END = 0x49454E44;

    /** Parts that say how to draw; any other can hold whatever its writer likes. */
    private static final Set<String> PNG_DRAWING =
            Set.of(
                    "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB",
                    "bKGD", "hIST", "pHYs", "sPLT", "tIME", "acTL", "fcTL", "fdAT");

    private static final int MOST_TEXT_BYTES = 4096;
    private static final int MOST_OTHER_BYTES = 4 * MOST_TEXT_BYTES;

    private static final int JPEG_START = 0xFFD8;
    private static final int JPEG_END = 0xD9;
    private static final int JPEG_SCAN = 0xDA;
    private static final int JPEG_COMMENT = 0xFE;

    private ImageCheck() {}

    static List<String> png(InputStream bytes) throws IOException {
        return verdict(bytes, ImageCheck::isPng);
    }

    static List<String> jpeg(InputStream bytes) throws IOException {
        return verdict(bytes, ImageCheck::isJpeg);
    }

    @FunctionalInterface
    private interface Shape {
        boolean fits(DataInputStream image) throws IOException;
    }

    private static List<String> verdict(InputStream bytes, Shape shape) throws IOException {
        try (var image = new DataInputStream(new BufferedInputStream(bytes))) {
            return shape.fits(image) && image.read() < 0
                    ? List.of()
                    : List.of(Reasons.NOT_AN_IMAGE);
        } catch (EOFException e) {
            return List.of(Reasons.NOT_AN_IMAGE);
        }
    }

    private static boolean isPng(DataInputStream image) throws IOException {
        if (image.readLong() != PNG_SIGNATURE) {
            return false;
        }
        long others = 0;
        while (true) {
            int length = image.readInt();
            int kind = image.readInt();
            if (length < 0) {
                return false;
            }
            if (!PNG_DRAWING.contains(letters(kind))) {
                others += length;
                if (length > MOST_TEXT_BYTES || others > MOST_OTHER_BYTES) {
                    return false;
                }
            }
            image.skipNBytes(length);
            image.readInt();
            if (kind == PNG_END) {
                return length == 0;
            }
        }
    }

    private static String letters(int kind) {
        byte[] letters = ByteBuffer.allocate(Integer.BYTES).putInt(kind).array();
        return new String(letters, StandardCharsets.ISO_8859_1);
    }

    private static boolean isJpeg(DataInputStream image) throws IOException {
        if (image.readUnsignedShort() != JPEG_START) {
            return false;
        }
        int marker = nextMarker(image);
        while (marker != JPEG_END) {
            if (isAlone(marker)) {
                marker = nextMarker(image);
                continue;
            }
            int length = image.readUnsignedShort();
            if (length < 2 || (marker == JPEG_COMMENT && length > MOST_TEXT_BYTES)) {
                return false;
            }
            image.skipNBytes(length - 2L);
            marker = marker == JPEG_SCAN ? markerBehindScan(image) : nextMarker(image);
        }
        return true;
    }

    private static boolean isAlone(int marker) {
        return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7);
    }

    private static int nextMarker(DataInputStream image) throws IOException {
        if (image.readUnsignedByte() != 0xFF) {
            throw new EOFException("no marker where one must be");
        }
        int marker = image.readUnsignedByte();
        while (marker == 0xFF) {
            marker = image.readUnsignedByte();
        }
        return marker;
    }

    private static int markerBehindScan(DataInputStream image) throws IOException {
        int previous = 0;
        while (true) {
            int here = image.readUnsignedByte();
            boolean marker = previous == 0xFF && here != 0 && here != 0xFF;
            if (marker && !isAlone(here)) {
                return here;
            }
            previous = here;
        }
    }
}
