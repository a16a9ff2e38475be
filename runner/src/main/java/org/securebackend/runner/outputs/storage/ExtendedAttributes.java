package org.securebackend.runner.outputs.storage;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a program can attach to a file of its own beside its mode: access lists that let other users
 * in, and bytes under any name. Java knows of the latter only by path and of the former not at all,
 * so this asks Linux.
 */
final class ExtendedAttributes {
    /** Longest list of names, as Linux has it. */
    private static final int LIST_BYTES = 65_536;

    private static final int NOT_SUPPORTED = 95;
    private static final int GONE = 61;

    private static final Linker LINUX = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERROR =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle LIST =
            call("llistxattr", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG));
    private static final MethodHandle REMOVE =
            call("lremovexattr", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

    private ExtendedAttributes() {}

    // The signatures are those of the manual's pages, and every start of the program allows it.
    @SuppressWarnings("restricted")
    private static MethodHandle call(String name, FunctionDescriptor signature) {
        return LINUX.downcallHandle(
                LINUX.defaultLookup().findOrThrow(name),
                signature,
                Linker.Option.captureCallState("errno"));
    }

    /**
     * Removes them all but those of the host's own security modules. Never follows a link at the
     * end; the folders above must be ours.
     */
    static void removeAll(Path file) throws IOException {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment path = memory.allocateFrom(file.toString(), StandardCharsets.UTF_8);
            MemorySegment state = memory.allocate(STATE);
            for (MemorySegment name : names(path, state, memory)) {
                if ((int) REMOVE.invokeExact(state, path, name) != 0 && error(state) != GONE) {
                    throw failure(file, state);
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException("a call of the system failed", e);
        }
    }

    private static List<MemorySegment> names(MemorySegment path, MemorySegment state, Arena memory)
            throws Throwable {
        MemorySegment list = memory.allocate(LIST_BYTES);
        long length = (long) LIST.invokeExact(state, path, list, (long) LIST_BYTES);
        if (length < 0) {
            if (error(state) == NOT_SUPPORTED) {
                return List.of();
            }
            throw failure(Path.of(path.getString(0, StandardCharsets.UTF_8)), state);
        }
        var names = new ArrayList<MemorySegment>();
        for (long at = 0; at < length; at = end(list, at) + 1) {
            MemorySegment name = list.asSlice(at, end(list, at) + 1 - at);
            if (isTheJobs(name.getString(0, StandardCharsets.ISO_8859_1))) {
                names.add(name);
            }
        }
        return names;
    }

    private static long end(MemorySegment list, long at) {
        long end = at;
        while (list.get(JAVA_BYTE, end) != 0) {
            end++;
        }
        return end;
    }

    private static boolean isTheJobs(String name) {
        return !name.startsWith("security.") || name.equals("security.capability");
    }

    private static int error(MemorySegment state) {
        return (int) ERROR.get(state, 0L);
    }

    private static IOException failure(Path file, MemorySegment state) {
        return new FileSystemException(
                file.toString(),
                null,
                "its extended attributes cannot be removed (error %d)".formatted(error(state)));
    }
}
