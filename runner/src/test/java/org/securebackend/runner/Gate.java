package org.securebackend.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Stands before a server, on loopback: lets all bytes pass, slowly, or none, or is not there. */
final class Gate implements AutoCloseable {
    private static final long SLOWNESS_NANOS = 150_000_000;
    private static final int BUFFER = 64 << 10;
    private static final int MOST_ATTEMPTS = 200;

    private final SocketAddress target;
    private final int port;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private ServerSocketChannel door;
    private volatile Pace pace = Pace.FAST;

    /** How bytes pass. */
    enum Pace {
        FAST,
        SLOW,
        NEVER
    }

    Gate(SocketAddress target) {
        this.target = target;
        this.door = listen(0);
        this.port = localPort(door);
    }

    static Gate toLoopback(int port) {
        return new Gate(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    int port() {
        return port;
    }

    private static int localPort(ServerSocketChannel door) {
        return door.socket().getLocalPort();
    }

    private ServerSocketChannel listen(int wanted) {
        try {
            ServerSocketChannel listening = ServerSocketChannel.open();
            listening.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
            Thread.ofVirtual().start(() -> accept(listening));
            return listening;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocketChannel listening) {
        try {
            while (true) {
                SocketChannel outside = listening.accept();
                open.add(outside);
                Thread.ofVirtual().start(() -> connect(outside));
            }
        } catch (IOException e) {
            // Shut.
        }
    }

    private void connect(SocketChannel outside) {
        try {
            SocketChannel inside = SocketChannel.open(target);
            open.add(inside);
            Thread.ofVirtual().start(() -> pump(outside, inside));
            pump(inside, outside);
        } catch (IOException e) {
            drop(outside);
        }
    }

    private void pump(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                pass();
                writeAll(buffer, to);
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException e) {
            drop(from);
            drop(to);
        }
    }

    private static void writeAll(ByteBuffer buffer, ByteChannel to) throws IOException {
        while (buffer.hasRemaining()) {
            to.write(buffer);
        }
    }

    private void pass() {
        if (pace == Pace.SLOW) {
            LockSupport.parkNanos(SLOWNESS_NANOS);
        }
        while (pace == Pace.NEVER) {
            LockSupport.parkNanos(SLOWNESS_NANOS / 10);
        }
    }

    private void drop(SocketChannel channel) {
        open.remove(channel);
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void pace(Pace next) {
        pace = next;
    }

    /** Nobody answers any more, and whoever was talking is cut off. */
    void shut() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(this::drop);
    }

    void reopen() {
        door = listenAgain();
    }

    /** The one before is gone only when its thread has seen that it was closed. */
    private ServerSocketChannel listenAgain() {
        for (int attempt = 0; ; attempt++) {
            try {
                return listen(port);
            } catch (UncheckedIOException e) {
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
                LockSupport.parkNanos(SLOWNESS_NANOS / 10);
            }
        }
    }

    @Override
    public void close() {
        pace = Pace.FAST;
        shut();
    }
}
