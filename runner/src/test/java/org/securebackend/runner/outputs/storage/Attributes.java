package org.securebackend.runner.outputs.storage;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** What a program can attach to its files, as it would do it. */
@SuppressWarnings("restricted") // As the product itself calls the system.
public final class Attributes {
    private Attributes() {}

    /** Lets another user of the host read the file, which its mode does not show. */
    public static boolean letRead(Path file, int uid) {
        ByteBuffer list = ByteBuffer.allocate(4 + 5 * 8).order(ByteOrder.LITTLE_ENDIAN).putInt(2);
        entry(list, 0x01, 6, -1);
        entry(list, 0x02, 4, uid);
        entry(list, 0x04, 4, -1);
        entry(list, 0x10, 4, -1);
        entry(list, 0x20, 0, -1);
        return set(file, "system.posix_acl_access", list.array());
    }

    private static void entry(ByteBuffer list, int tag, int rights, int id) {
        list.putShort((short) tag).putShort((short) rights).putInt(id);
    }

    /** Whether the file system takes it. */
    public static boolean set(Path file, String name, byte[] value) {
        try (Arena memory = Arena.ofConfined()) {
            return (int)
                            Linker.nativeLinker()
                                    .downcallHandle(
                                            Linker.nativeLinker()
                                                    .defaultLookup()
                                                    .findOrThrow("setxattr"),
                                            FunctionDescriptor.of(
                                                    JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG,
                                                    JAVA_INT))
                                    .invokeExact(
                                            memory.allocateFrom(file.toString()),
                                            memory.allocateFrom(name),
                                            memory.allocateFrom(JAVA_BYTE, value),
                                            (long) value.length,
                                            0)
                    == 0;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether there is one of that name. */
    public static boolean has(Path file, String name) {
        try (Arena memory = Arena.ofConfined()) {
            return (long)
                            Linker.nativeLinker()
                                    .downcallHandle(
                                            Linker.nativeLinker()
                                                    .defaultLookup()
                                                    .findOrThrow("getxattr"),
                                            FunctionDescriptor.of(
                                                    JAVA_LONG, ADDRESS, ADDRESS, ADDRESS,
                                                    JAVA_LONG))
                                    .invokeExact(
                                            memory.allocateFrom(file.toString()),
                                            memory.allocateFrom(name),
                                            MemorySegment.NULL,
                                            0L)
                    >= 0;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
