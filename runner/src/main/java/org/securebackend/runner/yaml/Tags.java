package org.securebackend.runner.yaml;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** YAML's own tags. Tags of others mean nothing to us. */
final class Tags {
    static final String OWN = "tag:yaml.org,2002:";
    static final String SEQUENCE = OWN + "seq";
    static final String MAPPING = OWN + "map";

    private Tags() {}

    /** Why a collection of the {@code plain} kind cannot have this tag. */
    static Optional<String> mismatch(@Nullable String tag, String plain) {
        return tag == null || tag.equals(plain) || !tag.startsWith(OWN) || isForeign(tag)
                ? Optional.empty()
                : Optional.of(
                        "the tag !!"
                                + tag.substring(OWN.length())
                                + " cannot be used here; remove it");
    }

    /** Tags that programs make from class names: {@code !!python/object:os.system}. */
    private static boolean isForeign(String tag) {
        return tag.indexOf('/') > 0 || tag.indexOf('.', OWN.length()) > 0;
    }
}
