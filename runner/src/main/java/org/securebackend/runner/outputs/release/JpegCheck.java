package org.securebackend.runner.outputs.release;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Checks that a JPEG image is one from its first to its last byte: parts that fit, nothing behind
 * its end, no more than a little that is not drawn, and no text where the picture should be.
 */
final class JpegCheck {
    private static final int START = 0xFFD8;
    private static final int END = 0xD9;
    private static final int SCAN = 0xDA;
    private static final int COMMENT = 0xFE;
    private static final int MOST_TEXT_BYTES = 4096;
    private static final int MOST_OTHER_BYTES = 4 * MOST_TEXT_BYTES;

    /** Packed pixels are as good as random: so many printable characters in a row are no chance. */
    private static final int LONGEST_TEXT = 48;

    private static final int FEWEST_LETTERS = 8;

    private final DataInputStream image;
    private long otherBytes;
    private boolean drawn;
    private boolean textInPixels;
    private int textLength;
    private long letters0;
    private long letters1;

    private JpegCheck(DataInputStream image) {
        this.image = image;
    }

    static boolean isJpeg(InputStream bytes) throws IOException {
        try (var image = new DataInputStream(new BufferedInputStream(bytes))) {
            return new JpegCheck(image).isWhole() && image.read() < 0;
        } catch (EOFException e) {
            return false;
        }
    }

    private boolean isWhole() throws IOException {
        if (image.readUnsignedShort() != START) {
            return false;
        }
        int marker = nextMarker();
        while (marker != END) {
            if (isAlone(marker)) {
                marker = nextMarker();
                continue;
            }
            int length = image.readUnsignedShort();
            if (length < 2 || !fits(marker, length)) {
                return false;
            }
            image.skipNBytes(length - 2L);
            marker = marker == SCAN ? markerBehindScan() : nextMarker();
        }
        return drawn && !textInPixels;
    }

    private boolean fits(int marker, int length) {
        if (marker == SCAN) {
            drawn = true;
            return length <= 14;
        }
        boolean table = marker == 0xDB || marker == 0xC4 || marker == 0xDD || marker == 0xCC;
        boolean frame = marker >= 0xC0 && marker <= 0xCF && !table;
        if (table || frame) {
            return length <= MOST_TEXT_BYTES / 2;
        }
        boolean application = marker >= 0xE0 && marker <= 0xEF;
        otherBytes += length;
        return (application || marker == COMMENT)
                && length <= MOST_TEXT_BYTES
                && otherBytes <= MOST_OTHER_BYTES;
    }

    private static boolean isAlone(int marker) {
        return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7);
    }

    private int nextMarker() throws IOException {
        if (image.readUnsignedByte() != 0xFF) {
            throw new EOFException("no marker where one must be");
        }
        int marker = image.readUnsignedByte();
        while (marker == 0xFF) {
            marker = image.readUnsignedByte();
        }
        return marker;
    }

    private int markerBehindScan() throws IOException {
        int previous = 0;
        while (true) {
            int here = image.readUnsignedByte();
            boolean marker = previous == 0xFF && here != 0 && here != 0xFF;
            if (marker && !isAlone(here)) {
                return here;
            }
            lookForText(here);
            previous = here;
        }
    }

    private void lookForText(int here) {
        boolean printable =
                (here >= ' ' && here < 0x7F) || here == '\n' || here == '\r' || here == '\t';
        if (!printable) {
            textLength = 0;
            letters0 = 0;
            letters1 = 0;
            return;
        }
        textLength++;
        if (here < Long.SIZE) {
            letters0 |= 1L << here;
        } else {
            letters1 |= 1L << (here - Long.SIZE);
        }
        if (textLength >= LONGEST_TEXT
                && Long.bitCount(letters0) + Long.bitCount(letters1) >= FEWEST_LETTERS) {
            textInPixels = true;
        }
    }
}
