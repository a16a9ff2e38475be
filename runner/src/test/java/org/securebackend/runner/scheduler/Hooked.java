package org.securebackend.runner.scheduler;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** A port with the real thing behind it, and hooks before its methods that may throw. */
final class Hooked<T> {
    private final T port;
    private final Map<String, Deque<Hook>> hooks = new HashMap<>();
    private final Map<String, Integer> calls = new TreeMap<>();

    interface Hook {
        void run() throws Exception;
    }

    Hooked(Class<T> type, T real) {
        port =
                type.cast(
                        Proxy.newProxyInstance(
                                type.getClassLoader(),
                                new Class<?>[] {type},
                                (_, method, arguments) -> {
                                    calls.merge(method.getName(), 1, Integer::sum);
                                    Hook hook = next(method.getName());
                                    hook.run();
                                    try {
                                        return method.invoke(real, arguments);
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                                }));
    }

    T port() {
        return port;
    }

    /** Runs {@code hook} before the next call of that method that has no hook yet. */
    void before(String method, Hook hook) {
        hooks.computeIfAbsent(method, _ -> new ArrayDeque<>()).add(hook);
    }

    /** How often each method was called so far, by name. */
    Map<String, Integer> calls() {
        return Map.copyOf(calls);
    }

    private Hook next(String method) {
        Deque<Hook> waiting = hooks.get(method);
        return waiting == null || waiting.isEmpty() ? () -> {} : waiting.remove();
    }
}
