package org.securebackend.runner.devserver;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Keeps pages of other sites from acting through a visitor's browser: by their origin, and by names
 * that were made to point at this host.
 */
final class Guard {
    private static final Pattern HOST =
            Pattern.compile("(\\[[0-9a-f:.]+]|[^:\\[\\]]+)(:\\d{1,5})?");
    private static final Pattern ADDRESS = Pattern.compile("\\[.*]|\\d{1,3}(\\.\\d{1,3}){3}");

    private final String ownAddress;

    Guard(String ownAddress) {
        this.ownAddress = ownAddress.toLowerCase(Locale.ROOT);
    }

    /** Why a call is turned away, if it is. */
    Optional<Answer> objection(Call call) {
        if (!isOwnName(call.host().toLowerCase(Locale.ROOT))) {
            return Optional.of(Answer.detail(403, "call this server localhost, or by its address"));
        }
        if (call.isPost() && !isSameOrigin(call)) {
            return Optional.of(Answer.detail(403, "another site's page must not do this"));
        }
        if (call.isPost() && !call.saysJson()) {
            return Optional.of(Answer.detail(415, "send application/json"));
        }
        return Optional.empty();
    }

    private boolean isOwnName(String host) {
        var matcher = HOST.matcher(host);
        if (!matcher.matches()) {
            return false;
        }
        String name = matcher.group(1);
        return name.equals("localhost")
                || name.equals(ownAddress)
                || ADDRESS.matcher(name).matches();
    }

    /** Programs other than browsers say nothing of an origin. */
    private static boolean isSameOrigin(Call call) {
        String site = call.header("Sec-Fetch-Site").orElse("none");
        String own = "http://" + call.host();
        return (site.equals("same-origin") || site.equals("none"))
                && call.header("Origin").map(own::equalsIgnoreCase).orElse(true);
    }
}
