package org.securebackend.runner.source;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.source.SourceSettings.AccessToken;

/** Keeps the access token out of texts, whoever wrote them: the other side may repeat it to us. */
final class Secrets {
    private static final int DEEPEST = 20;

    private final List<String> values;

    Secrets(Optional<AccessToken> token) {
        this.values = token.map(Secrets::shapes).orElse(List.of());
    }

    private static List<String> shapes(AccessToken token) {
        return List.of(
                GuardedConnections.basic(token).substring("Basic ".length()),
                token.secret(),
                URLEncoder.encode(token.secret(), StandardCharsets.UTF_8));
    }

    String mask(String text) {
        String masked = text;
        for (String value : values) {
            masked = masked.replace(value, "****");
        }
        return masked;
    }

    /** The same, or if any text in it holds a secret, a substitute with all the texts masked. */
    @Nullable Throwable mask(@Nullable Throwable error) {
        if (error == null) {
            return null;
        }
        var texts = new ArrayList<String>();
        collect(error, texts, 0);
        String all = String.join("; caused by ", texts);
        String masked = mask(all);
        return masked.equals(all) ? error : new IOException(masked);
    }

    private static void collect(@Nullable Throwable error, List<String> texts, int depth) {
        if (error == null || depth > DEEPEST) {
            return;
        }
        texts.add(error.toString());
        for (Throwable suppressed : error.getSuppressed()) {
            collect(suppressed, texts, depth + 1);
        }
        collect(error.getCause(), texts, depth + 1);
    }
}
