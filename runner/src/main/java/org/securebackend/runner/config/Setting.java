package org.securebackend.runner.config;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;

/**
 * One key of the configuration.
 *
 * @param key section and name, {@code jobs.workers}
 * @param variables the environment variables that older installations use for it, with the form
 *     that their values have
 */
record Setting<T>(
        String key, Form<T> form, SequencedMap<String, Form<T>> variables, Traits traits) {

    private static final String PREFIX = "RUNNER_";

    /**
     * What else there is to know.
     *
     * @param whenEmpty what an empty variable means
     */
    record Traits(Exposure exposure, WhenEmpty whenEmpty) {}

    enum Exposure {
        SHOWN,
        /** Never shown; may come from a file: {@code KEY_file}, {@code NAME_FILE}. */
        SECRET
    }

    enum WhenEmpty {
        /** As if the variable was not there. */
        UNSET,
        /** A value, which its form may refuse. */
        VALUE
    }

    static <T> Setting<T> of(String key, Form<T> form) {
        return new Setting<>(
                key, form, new LinkedHashMap<>(), new Traits(Exposure.SHOWN, WhenEmpty.UNSET));
    }

    /** A secret. */
    static Setting<Secret> secret(String key) {
        return new Setting<>(
                key,
                Forms.SECRET,
                new LinkedHashMap<>(),
                new Traits(Exposure.SECRET, WhenEmpty.UNSET));
    }

    /** Also read from that variable. */
    Setting<T> variable(String name) {
        return variable(name, form);
    }

    /** Also read from that variable, whose values have a form of their own. */
    Setting<T> variable(String name, Form<T> itsForm) {
        var more = new LinkedHashMap<>(variables);
        more.put(name, itsForm);
        return new Setting<>(key, form, more, traits);
    }

    /** An empty variable is no way to say nothing. */
    Setting<T> emptyIsAValue() {
        return new Setting<>(key, form, variables, new Traits(traits.exposure(), WhenEmpty.VALUE));
    }

    boolean isSecret() {
        return traits.exposure() == Exposure.SECRET;
    }

    /** The variable that every key has: {@code RUNNER_JOBS_WORKERS}. */
    String ownVariable() {
        return PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    /** All variables, strongest first. */
    SequencedMap<String, Form<T>> allVariables() {
        var all = new LinkedHashMap<String, Form<T>>();
        all.put(ownVariable(), form);
        all.putAll(variables);
        return all;
    }
}
