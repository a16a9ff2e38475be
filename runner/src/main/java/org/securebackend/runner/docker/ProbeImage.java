package org.securebackend.runner.docker;

import com.github.dockerjava.transport.DockerHttpClient.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.securebackend.runner.job.ImageDigest;

/**
 * An image of nothing but this host's static busybox, made without any registry and removed again
 * when this is closed.
 */
public final class ProbeImage implements AutoCloseable {
    private static final List<Path> BUSYBOXES =
            List.of(Path.of("/bin/busybox"), Path.of("/usr/bin/busybox"));
    private static final List<String> TOOLS =
            List.of("sh", "cat", "grep", "cut", "id", "nc", "nslookup", "timeout", "sleep");
    private static final String NAME = "runner-probe";
    private static final long LARGEST_BYTES = 16L << 20;

    private static final int TAR_BLOCK = 512;
    private static final int ELF_PROGRAM_HEADERS = 32;
    private static final int ELF_HEADER_SIZE = 54;
    private static final int ELF_HEADER_COUNT = 56;
    private static final int ELF_INTERPRETER = 3;
    private static final int ELF_MAGIC = 0x464c457f;

    private final Engine engine;
    private final ImageDigest digest;

    private ProbeImage(Engine engine, ImageDigest digest) {
        this.engine = engine;
        this.digest = digest;
    }

    /**
     * Makes it; empty if this host has no static busybox.
     *
     * @throws org.securebackend.runner.executor.ExecutorException if the engine cannot be asked
     */
    public static Optional<ProbeImage> make(DockerSettings settings) throws IOException {
        Optional<byte[]> busybox = busybox();
        if (busybox.isEmpty()) {
            return Optional.empty();
        }
        var engine = new Engine(settings.engine(), settings.callTimeout());
        try {
            String what = "make an image of this host's busybox";
            byte[] root = root(busybox.get());
            // What a crash left behind.
            remove(engine, NAME);
            Engine.orRefuse(what, engine.read(what, importing(root), body -> body.readAllBytes()));
            String id =
                    Engine.orRefuse(
                            what,
                            engine.ask(
                                    what,
                                    client ->
                                            String.valueOf(
                                                    client.inspectImageCmd(NAME).exec().getId())));
            return Optional.of(new ProbeImage(engine, new ImageDigest(id)));
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    private static Request importing(byte[] root) {
        return Request.builder()
                .method(Request.Method.POST)
                .path("/images/create?fromSrc=-&repo=%s&tag=latest".formatted(NAME))
                .putHeader("Content-Type", "application/x-tar")
                .bodyBytes(root)
                .build();
    }

    private static void remove(Engine engine, String image) {
        engine.tell(
                "remove the probe's image",
                client -> client.removeImageCmd(image).withForce(true).exec());
    }

    public ImageDigest digest() {
        return digest;
    }

    private static Optional<byte[]> busybox() throws IOException {
        for (Path file : BUSYBOXES) {
            if (Files.isRegularFile(file) && Files.size(file) <= LARGEST_BYTES) {
                byte[] program = Files.readAllBytes(file);
                if (isStatic(program)) {
                    return Optional.of(program);
                }
            }
        }
        return Optional.empty();
    }

    /** Whether a 64-bit program needs nothing else: none of its headers names an interpreter. */
    private static boolean isStatic(byte[] program) {
        ByteBuffer elf = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
        if (program.length < 64 || elf.getInt(0) != ELF_MAGIC || elf.get(4) != 2) {
            return false;
        }
        long start = elf.getLong(ELF_PROGRAM_HEADERS);
        int size = Short.toUnsignedInt(elf.getShort(ELF_HEADER_SIZE));
        int count = Short.toUnsignedInt(elf.getShort(ELF_HEADER_COUNT));
        for (int i = 0; i < count; i++) {
            long at = start + (long) i * size;
            if (at < 0 || at + 4 > program.length || elf.getInt((int) at) == ELF_INTERPRETER) {
                return false;
            }
        }
        return count > 0;
    }

    private static byte[] root(byte[] busybox) {
        var tar = new ByteArrayOutputStream();
        folder(tar, "bin/");
        folder(tar, "workspace/");
        folder(tar, "tmp/");
        entry(tar, "bin/busybox", '0', busybox.length, "");
        tar.writeBytes(busybox);
        tar.writeBytes(new byte[(TAR_BLOCK - busybox.length % TAR_BLOCK) % TAR_BLOCK]);
        TOOLS.forEach(tool -> entry(tar, "bin/" + tool, '2', 0, "busybox"));
        tar.writeBytes(new byte[2 * TAR_BLOCK]);
        return tar.toByteArray();
    }

    private static void folder(ByteArrayOutputStream tar, String name) {
        entry(tar, name, '5', 0, "");
    }

    private static void entry(
            ByteArrayOutputStream tar, String name, char type, long size, String target) {
        byte[] header = new byte[TAR_BLOCK];
        put(header, 0, name);
        put(header, 100, "0000755");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, "%011o".formatted(size));
        put(header, 136, "00000000000");
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 157, target);
        put(header, 257, "ustar");
        put(header, 263, "00");
        int sum = 0;
        for (byte value : header) {
            sum += value & 0xff;
        }
        put(header, 148, "%06o".formatted(sum));
        header[154] = 0;
        tar.writeBytes(header);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    @Override
    public void close() {
        try {
            remove(engine, digest.value());
        } finally {
            engine.close();
        }
    }
}
