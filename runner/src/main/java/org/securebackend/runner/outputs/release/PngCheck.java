package org.securebackend.runner.outputs.release;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Checks that a PNG image is one from its first to its last byte: parts that fit and are no larger
 * than they need to be, as many pixels as it says and nothing behind them, and no more than a
 * little text. Animations have pictures that are not seen at once, and are not taken.
 */
final class PngCheck {
    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int MOST_TEXT_BYTES = 4096;
    private static final int MOST_OTHER_BYTES = 4 * MOST_TEXT_BYTES;
    private static final int MOST_UNKNOWN_BYTES = 64;
    private static final int CHUNK_BYTES = 16 * 1024;

    /** Unpacked bytes of the largest picture that is taken. */
    private static final long MOST_PIXEL_BYTES = 1L << 30;

    /** Parts that a picture may have, and the most bytes that each can need. */
    private static final Map<String, Integer> PARTS =
            Map.ofEntries(
                    Map.entry("IHDR", 13),
                    Map.entry("PLTE", 768),
                    Map.entry("IEND", 0),
                    Map.entry("tRNS", 256),
                    Map.entry("cHRM", 32),
                    Map.entry("gAMA", 4),
                    Map.entry("iCCP", MOST_OTHER_BYTES),
                    Map.entry("sBIT", 4),
                    Map.entry("sRGB", 1),
                    Map.entry("bKGD", 6),
                    Map.entry("hIST", 512),
                    Map.entry("pHYs", 9),
                    Map.entry("tIME", 7),
                    Map.entry("oFFs", 9),
                    Map.entry("vpAg", 9),
                    Map.entry("orNT", 1),
                    Map.entry("eXIf", MOST_TEXT_BYTES),
                    Map.entry("tEXt", MOST_TEXT_BYTES),
                    Map.entry("iTXt", MOST_TEXT_BYTES));

    private final DataInputStream image;
    private final Inflater inflater = new Inflater();
    private final byte[] packed = new byte[CHUNK_BYTES];
    private final byte[] unpacked = new byte[CHUNK_BYTES];
    private final CRC32 sum = new CRC32();
    private long pixelBytes = -1;
    private long unpackedBytes;
    private long otherBytes;

    private PngCheck(DataInputStream image) {
        this.image = image;
    }

    static boolean isPng(InputStream bytes) throws IOException {
        try (var image = new DataInputStream(new BufferedInputStream(bytes))) {
            var check = new PngCheck(image);
            try {
                return check.isWhole() && image.read() < 0;
            } finally {
                check.inflater.end();
            }
        } catch (EOFException e) {
            return false;
        }
    }

    private boolean isWhole() throws IOException {
        if (image.readLong() != SIGNATURE) {
            return false;
        }
        while (true) {
            int length = image.readInt();
            String kind = kind();
            if (length < 0 || !fits(kind, length)) {
                return false;
            }
            boolean good = kind.equals("IDAT") ? pixels(length) : other(kind, length);
            if (!good || image.readInt() != (int) sum.getValue()) {
                return false;
            }
            if (kind.equals("IEND")) {
                return inflater.finished() && unpackedBytes == pixelBytes;
            }
        }
    }

    private String kind() throws IOException {
        byte[] letters = ByteBuffer.allocate(Integer.BYTES).putInt(image.readInt()).array();
        sum.reset();
        sum.update(letters);
        return new String(letters, StandardCharsets.ISO_8859_1);
    }

    private boolean fits(String kind, int length) {
        if (kind.equals("IDAT")) {
            return pixelBytes >= 0;
        }
        boolean first = pixelBytes < 0;
        if (first != kind.equals("IHDR")) {
            return false;
        }
        otherBytes += length;
        return length <= PARTS.getOrDefault(kind, MOST_UNKNOWN_BYTES)
                && otherBytes <= MOST_OTHER_BYTES;
    }

    private boolean other(String kind, int length) throws IOException {
        byte[] content = image.readNBytes(length);
        if (content.length < length) {
            throw new EOFException("the image ends in a part");
        }
        sum.update(content);
        return switch (kind) {
            case "IHDR" -> header(content);
            // Packed text may be of any size.
            case "iTXt" -> !isPackedText(content);
            default -> true;
        };
    }

    private static boolean isPackedText(byte[] content) {
        int keywordEnd = 0;
        while (keywordEnd < content.length && content[keywordEnd] != 0) {
            keywordEnd++;
        }
        return keywordEnd + 1 >= content.length || content[keywordEnd + 1] != 0;
    }

    private boolean header(byte[] content) {
        if (content.length != 13) {
            return false;
        }
        ByteBuffer header = ByteBuffer.wrap(content);
        long width = header.getInt();
        long height = header.getInt();
        int depth = header.get();
        int samples =
                switch (header.get()) {
                    case 0, 3 -> 1;
                    case 2 -> 3;
                    case 4 -> 2;
                    case 6 -> 4;
                    default -> 0;
                };
        int packing = header.get();
        int filtering = header.get();
        boolean plain = packing == 0 && filtering == 0;
        int interlaced = header.get();
        if (width <= 0 || height <= 0 || samples == 0 || !plain || depth <= 0 || depth > 16) {
            return false;
        }
        long bits = (long) samples * depth;
        if (height > MOST_PIXEL_BYTES / (1 + (width * bits + 7) / 8)) {
            return false;
        }
        pixelBytes = interlaced == 0 ? rows(width, height, bits) : interlaced(width, height, bits);
        return interlaced == 0 || interlaced == 1;
    }

    private static long rows(long width, long height, long bits) {
        return width == 0 ? 0 : height * (1 + (width * bits + 7) / 8);
    }

    /** The seven passes of Adam7. */
    private static long interlaced(long width, long height, long bits) {
        int[][] passes = {
            {0, 0, 8, 8},
            {4, 0, 8, 8},
            {0, 4, 4, 8},
            {2, 0, 4, 4},
            {0, 2, 2, 4},
            {1, 0, 2, 2},
            {0, 1, 1, 2}
        };
        long bytes = 0;
        for (int[] pass : passes) {
            long columns = Math.max(0, (width - pass[0] + pass[2] - 1) / pass[2]);
            long lines = Math.max(0, (height - pass[1] + pass[3] - 1) / pass[3]);
            bytes += rows(columns, lines, bits);
        }
        return bytes;
    }

    private boolean pixels(int length) throws IOException {
        int left = length;
        while (left > 0) {
            int count = image.read(packed, 0, Math.min(left, packed.length));
            if (count < 0) {
                throw new EOFException("the image ends in its pixels");
            }
            left -= count;
            sum.update(packed, 0, count);
            inflater.setInput(packed, 0, count);
            if (!inflate()) {
                return false;
            }
        }
        return true;
    }

    private boolean inflate() {
        try {
            while (true) {
                int count = inflater.inflate(unpacked);
                unpackedBytes += count;
                if (unpackedBytes > pixelBytes || inflater.needsDictionary()) {
                    return false;
                }
                if (inflater.finished()) {
                    return inflater.getRemaining() == 0;
                }
                if (count == 0) {
                    return true;
                }
            }
        } catch (DataFormatException e) {
            return false;
        }
    }
}
