package org.securebackend.runner.docker;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.docker.TarEntry.Name;
import org.securebackend.runner.docker.TarEntry.Spelling;

/**
 * Reads an archive in the one form that engines write: POSIX (pax), each extended header for one
 * entry. Anything else, and an archive that breaks off, is an error: half a workspace must never
 * look like a whole one. Keeps one header in memory, never a file.
 */
final class TarReader {
    static final int BLOCK = 512;

    private static final char EXTENDED = 'x';
    private static final int LONGEST_EXTENSION = 1 << 20;
    private static final int SECONDS_OF_NANOS = 1_000_000_000;

    private final InputStream archive;
    private long left;
    private int padding;

    TarReader(InputStream archive) {
        this.archive = archive;
    }

    /** The next entry, null after the last. What was not read of the one before is skipped. */
    @Nullable TarEntry next() throws IOException {
        finishEntry();
        byte[] header = block();
        if (isZero(header)) {
            readEnd();
            return null;
        }
        Map<String, byte[]> extensions = Map.of();
        if (type(header) == EXTENDED) {
            extensions = extensions(header);
            header = block();
        }
        TarEntry entry = entry(header, extensions);
        left = entry.bytes();
        padding = padding(left);
        return entry;
    }

    /** Reads of the present entry's content; -1 at its end. */
    int read(byte[] bytes, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int count = archive.read(bytes, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw brokenOff();
        }
        left -= count;
        return count;
    }

    private void finishEntry() throws IOException {
        skip(left + padding);
        left = 0;
        padding = 0;
    }

    private void skip(long bytes) throws IOException {
        long toGo = bytes;
        while (toGo > 0) {
            long skipped = archive.skip(toGo);
            if (skipped <= 0) {
                throw brokenOff();
            }
            toGo -= skipped;
        }
    }

    /** Two empty blocks are the end; what follows is of no interest, but must come to an end. */
    private void readEnd() throws IOException {
        if (!isZero(block())) {
            throw unfit("an empty block in its midst");
        }
        archive.transferTo(OutputStream.nullOutputStream());
    }

    private static TarEntry entry(byte[] header, Map<String, byte[]> extensions)
            throws IOException {
        requireChecksum(header);
        char type = type(header);
        if (!isEntry(type) || extensions.keySet().stream().anyMatch(k -> k.startsWith("GNU."))) {
            throw unfit("an entry of type " + (int) type);
        }
        long bytes = size(header, extensions.get("size"));
        return new TarEntry(
                name(extensions.getOrDefault("path", plainName(header))),
                type,
                type == TarEntry.FILE || type == TarEntry.OLD_FILE ? bytes : 0,
                modifiedAt(header, extensions),
                name(extensions.getOrDefault("linkpath", field(header, 157, 100))));
    }

    private static long size(byte[] header, byte @Nullable [] extended) throws IOException {
        BigDecimal bytes =
                extended == null ? BigDecimal.valueOf(number(header, 124, 12)) : decimal(extended);
        if (bytes.signum() < 0 || bytes.scale() > 0) {
            throw unfit("a size that is none");
        }
        return bytes.longValue();
    }

    /** Files, links, devices, directories, pipes; nothing that speaks of other entries. */
    private static boolean isEntry(char type) {
        return type == TarEntry.OLD_FILE || (type >= '0' && type <= '6');
    }

    private Map<String, byte[]> extensions(byte[] header) throws IOException {
        requireChecksum(header);
        long length = number(header, 124, 12);
        if (length < 0 || length > LONGEST_EXTENSION) {
            throw unfit("an extended header of %d bytes".formatted(length));
        }
        byte[] records = archive.readNBytes((int) length);
        if (records.length < length) {
            throw brokenOff();
        }
        skip(padding(length));
        return records(records);
    }

    /** Each is {@code length key=value\n}, the length counting all of it. */
    private static Map<String, byte[]> records(byte[] bytes) throws IOException {
        var records = new HashMap<String, byte[]>();
        int start = 0;
        while (start < bytes.length) {
            int blank = indexOf(bytes, ' ', start, bytes.length);
            int length = blank < 0 ? 0 : smallNumber(bytes, start, blank);
            int end = start + length;
            int equals = blank < 0 || end > bytes.length ? -1 : indexOf(bytes, '=', blank, end);
            if (equals < 0 || bytes[end - 1] != '\n') {
                throw unfit("an extended header that is none");
            }
            records.put(
                    new String(bytes, blank + 1, equals - blank - 1, UTF_8),
                    Arrays.copyOfRange(bytes, equals + 1, end - 1));
            start = end;
        }
        return records;
    }

    private static int indexOf(byte[] bytes, char wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static int smallNumber(byte[] bytes, int from, int to) throws IOException {
        String digits = new String(bytes, from, to - from, US_ASCII);
        if (!digits.matches("[1-9][0-9]{0,6}")) {
            throw unfit("an extended header that is none");
        }
        return Integer.parseInt(digits);
    }

    private static byte[] plainName(byte[] header) {
        byte[] name = field(header, 0, 100);
        byte[] prefix = field(header, 345, 155);
        boolean posix = Arrays.equals(header, 257, 263, "ustar\0".getBytes(US_ASCII), 0, 6);
        if (!posix || prefix.length == 0) {
            return name;
        }
        return ByteBuffer.allocate(prefix.length + 1 + name.length)
                .put(prefix)
                .put((byte) '/')
                .put(name)
                .array();
    }

    private static byte[] field(byte[] header, int offset, int length) {
        int end = indexOf(header, '\0', offset, offset + length);
        return Arrays.copyOfRange(header, offset, end < 0 ? offset + length : end);
    }

    private static Name name(byte[] bytes) {
        try {
            return new Name(
                    UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString(), Spelling.EXACT);
        } catch (CharacterCodingException e) {
            return new Name(new String(bytes, UTF_8), Spelling.GARBLED);
        }
    }

    /** Engines write whole seconds; then it is the last moment of that second. */
    private static Instant modifiedAt(byte[] header, Map<String, byte[]> extensions)
            throws IOException {
        try {
            byte[] exact = extensions.get("mtime");
            if (exact != null && indexOf(exact, '.', 0, exact.length) >= 0) {
                BigDecimal seconds = decimal(exact);
                return Instant.ofEpochSecond(0)
                        .plusSeconds(seconds.longValue())
                        .plusNanos(
                                seconds.remainder(BigDecimal.ONE)
                                        .multiply(BigDecimal.valueOf(SECONDS_OF_NANOS))
                                        .longValue());
            }
            long second = exact != null ? decimal(exact).longValueExact() : number(header, 136, 12);
            return Instant.ofEpochSecond(second, SECONDS_OF_NANOS - 1);
        } catch (DateTimeException | ArithmeticException e) {
            // A program may set any time, also one that there is not.
            return Instant.EPOCH;
        }
    }

    private static BigDecimal decimal(byte[] digits) throws IOException {
        String text = new String(digits, US_ASCII);
        if (!text.matches("-?[0-9]{1,18}(\\.[0-9]{1,18})?")) {
            throw unfit("a number that is none");
        }
        return new BigDecimal(text);
    }

    /** In octal digits, or as bytes if the first has its highest bit set. */
    private static long number(byte[] header, int offset, int length) throws IOException {
        if ((header[offset] & 0x80) != 0) {
            return binary(header, offset, length);
        }
        String digits = new String(field(header, offset, length), US_ASCII).strip();
        if (!digits.matches("[0-7]{0,20}")) {
            throw unfit("a number that is none");
        }
        return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    }

    private static long binary(byte[] header, int offset, int length) throws IOException {
        boolean negative = (header[offset] & 0x40) != 0;
        byte[] bytes = Arrays.copyOfRange(header, offset, offset + length);
        bytes[0] = (byte) (negative ? bytes[0] : bytes[0] & 0x7f);
        try {
            return new BigInteger(bytes).longValueExact();
        } catch (ArithmeticException e) {
            throw unfit("a number that is too large");
        }
    }

    private static void requireChecksum(byte[] header) throws IOException {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        }
        if (sum != number(header, 148, 8)) {
            throw unfit("a header that is damaged");
        }
    }

    private static char type(byte[] header) {
        return (char) (header[156] & 0xff);
    }

    private byte[] block() throws IOException {
        byte[] block = archive.readNBytes(BLOCK);
        if (block.length < BLOCK) {
            throw brokenOff();
        }
        return block;
    }

    private static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static int padding(long bytes) {
        return (int) ((BLOCK - bytes % BLOCK) % BLOCK);
    }

    private static EOFException brokenOff() {
        return new EOFException("the engine's archive of the workspace breaks off");
    }

    private static IOException unfit(String what) {
        return new IOException("the engine's archive of the workspace holds " + what);
    }
}
