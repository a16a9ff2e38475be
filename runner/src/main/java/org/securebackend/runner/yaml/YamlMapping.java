package org.securebackend.runner.yaml;

import java.util.List;
import java.util.Optional;

/**
 * A mapping, merge keys resolved.
 *
 * @param entries in file order, then those that were merged in; no key twice
 */
public record YamlMapping(Position position, List<Entry> entries) implements YamlNode {
    public YamlMapping {
        entries = List.copyOf(entries);
    }

    /** A key and its value. Keys are scalars in all but odd files. */
    public record Entry(YamlNode key, YamlNode value) {

        /** The key, if it is a string. */
        public Optional<String> name() {
            return key instanceof YamlScalar scalar ? scalar.string() : Optional.empty();
        }
    }

    /** The entry with this string as its key. Looks at every entry. */
    public Optional<Entry> entry(String name) {
        return entries.stream()
                .filter(entry -> entry.name().filter(name::equals).isPresent())
                .findFirst();
    }

    /** The value under this string. Looks at every entry. */
    public Optional<YamlNode> get(String name) {
        return entry(name).map(Entry::value);
    }
}
