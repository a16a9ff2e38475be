package org.securebackend.runner.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.securebackend.runner.yaml.YamlMapping;
import org.securebackend.runner.yaml.YamlNode;
import org.securebackend.runner.yaml.YamlScalar;

/**
 * Sends git traffic for URLs that start with {@code from} to the URL with {@code to} in its place.
 *
 * @param to {@code https}, {@code http}, {@code file} or an absolute path; without a user
 */
public record Rewrite(String from, String to) {
    private static final Pattern TARGET =
            Pattern.compile("(?:https?://[^/@\\s]+(?:/\\S*)?|(?:file://)?/.*)");

    /** {@code from=to}, separated by commas; in a file also a mapping. Empty: none. */
    static final Form<List<Rewrite>> FORM = new Form<>(Rewrite::read, Rewrite::show);

    private static List<Rewrite> read(YamlNode node) {
        if (node instanceof YamlMapping mapping) {
            return mapping.entries().stream()
                    .map(entry -> checked(Forms.text(entry.key()), Forms.text(entry.value())))
                    .toList();
        }
        var rewrites = new ArrayList<Rewrite>();
        if (node instanceof YamlScalar && Forms.text(node).isEmpty()) {
            return rewrites;
        }
        for (String pair : Forms.TEXTS.reader().apply(node)) {
            int sign = pair.indexOf('=');
            if (sign < 0) {
                throw new UnfitException("must be from=to pairs, separated by commas");
            }
            rewrites.add(
                    checked(pair.substring(0, sign).strip(), pair.substring(sign + 1).strip()));
        }
        return rewrites;
    }

    private static Rewrite checked(String from, String to) {
        if (from.isEmpty()) {
            throw new UnfitException("a rewrite needs the beginning of a URL to replace");
        }
        if (!TARGET.matcher(to).matches()) {
            // A user's password may be in it: the value is not repeated.
            throw new UnfitException(
                    "what %s is rewritten to must be https, http, file or an absolute path, without a user"
                            .formatted(
                                    Optional.of(from)
                                            .filter(f -> f.indexOf('@') < 0)
                                            .orElse("it")));
        }
        return new Rewrite(from, to);
    }

    private static String show(List<Rewrite> rewrites) {
        return rewrites.stream()
                .map(rewrite -> rewrite.from() + "=" + rewrite.to())
                .collect(Collectors.joining(","));
    }
}
