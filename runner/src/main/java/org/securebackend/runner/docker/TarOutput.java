package org.securebackend.runner.docker;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.Locale;

/**
 * Writes an archive in POSIX (pax) form. What does not fit into an entry's own header goes into an
 * extended one before it.
 */
final class TarOutput {
    private static final int BLOCK = TarReader.BLOCK;
    private static final int LONGEST_PLAIN_NAME = 100;
    private static final int LARGEST_PLAIN_ID = 0_7777777;
    private static final long LARGEST_PLAIN_SIZE = 0_77777777777L;

    private final OutputStream archive;
    private final ContainerUser owner;
    private final Instant modifiedAt;

    /** All entries belong to one user, and are as old. */
    TarOutput(OutputStream archive, ContainerUser owner, Instant modifiedAt) {
        this.archive = archive;
        this.owner = owner;
        this.modifiedAt = modifiedAt;
    }

    /** Begins an entry: as many bytes of content as it says must follow, and then {@link #pad}. */
    void begin(Header header) throws IOException {
        byte[] name = bytes(header.name());
        byte[] target = bytes(header.target());
        var extensions = new ByteArrayOutputStream();
        extend(extensions, "path", isPlain(name) ? new byte[0] : name);
        extend(extensions, "linkpath", isPlain(target) ? new byte[0] : target);
        if (header.bytes() > LARGEST_PLAIN_SIZE) {
            extend(extensions, "size", Long.toString(header.bytes()).getBytes(US_ASCII));
        }
        extendNumber(extensions, "uid", owner.uid());
        extendNumber(extensions, "gid", owner.gid());
        if (extensions.size() > 0) {
            byte[] records = extensions.toByteArray();
            archive.write(
                    block(
                            new Header('x', "pax", "", records.length, 0644),
                            plain("pax"),
                            plain("")));
            archive.write(records);
            pad(records.length);
        }
        archive.write(block(header, plainOr(name), plainOr(target)));
    }

    /** Fills the last block of a content of so many bytes. */
    void pad(long bytes) throws IOException {
        archive.write(new byte[(int) ((BLOCK - bytes % BLOCK) % BLOCK)]);
    }

    void end() throws IOException {
        archive.write(new byte[2 * BLOCK]);
    }

    /**
     * An entry.
     *
     * @param target of a link, or empty
     * @param mode rights, as in {@code 0644}
     */
    record Header(char type, String name, String target, long bytes, int mode) {}

    private byte[] block(Header header, byte[] name, byte[] target) {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        block.put(0, name);
        block.put(100, octal(7, header.mode()));
        block.put(108, octal(7, Math.min(owner.uid(), LARGEST_PLAIN_ID)));
        block.put(116, octal(7, Math.min(owner.gid(), LARGEST_PLAIN_ID)));
        block.put(124, octal(11, Math.min(header.bytes(), LARGEST_PLAIN_SIZE)));
        block.put(136, octal(11, modifiedAt.getEpochSecond()));
        block.put(148, plain("        "));
        block.put(156, (byte) header.type());
        block.put(157, target);
        block.put(257, plain("ustar\00000"));
        long sum = 0;
        for (byte b : block.array()) {
            sum += b & 0xff;
        }
        block.put(148, octal(6, sum));
        block.put(154, (byte) 0);
        return block.array();
    }

    private static byte[] octal(int digits, long number) {
        return plain(String.format(Locale.ROOT, "%0" + digits + "o", number));
    }

    private static boolean isPlain(byte[] name) {
        if (name.length > LONGEST_PLAIN_NAME) {
            return false;
        }
        for (byte b : name) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    private static byte[] plainOr(byte[] name) {
        return isPlain(name) ? name : plain("pax");
    }

    private static byte[] plain(String text) {
        return text.getBytes(US_ASCII);
    }

    private static byte[] bytes(String name) throws IOException {
        try {
            ByteBuffer encoded = UTF_8.newEncoder().encode(CharBuffer.wrap(name));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IOException("a name that cannot be written", e);
        }
    }

    private static void extendNumber(ByteArrayOutputStream records, String key, int id) {
        if (id > LARGEST_PLAIN_ID) {
            extend(records, key, plain(Integer.toString(id)));
        }
    }

    /** The length counts its own digits. */
    private static void extend(ByteArrayOutputStream records, String key, byte[] value) {
        if (value.length == 0) {
            return;
        }
        int rest = key.length() + value.length + 3;
        int length = rest + Integer.toString(rest).length();
        length = rest + Integer.toString(length).length();
        records.writeBytes(plain("%d %s=".formatted(length, key)));
        records.writeBytes(value);
        records.write('\n');
    }
}
