package org.securebackend.runner.outputs.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Texts that must not be written anywhere, in the forms in which they turn up: plain,
 * percent-encoded, Base64, hexadecimal, escaped as in JSON or XML; of a URL, also the password in
 * it; of several lines, each line.
 */
public final class Secrets {
    /** Shorter ones would mask half the log and protect nothing. */
    static final int SHORTEST = 4;

    /** From this length on, a text that looks like a secret is taken for one. */
    private static final int UNMISTAKABLE_BYTES = 8;

    /** Of Base64 forms, which stand for a part of the secret only. */
    private static final int SHORTEST_ENCODED = 8;

    private final SecretForms forms;
    private final SecretForms unmistakable;

    private Secrets(List<byte[]> forms) {
        this.forms = new SecretForms(forms);
        this.unmistakable =
                new SecretForms(
                        forms.stream().filter(form -> form.length >= UNMISTAKABLE_BYTES).toList());
    }

    /** Of these texts. */
    public static Secrets of(Collection<String> texts) {
        Set<String> plain = new LinkedHashSet<>();
        for (String text : texts) {
            plain.add(text);
            plain.addAll(text.lines().map(String::strip).toList());
            passwordOf(text).ifPresent(password -> addWithDecoded(plain, password));
        }
        Set<String> forms = new LinkedHashSet<>();
        for (String text : plain) {
            if (text.length() >= SHORTEST) {
                addForms(forms, text);
            }
        }
        return new Secrets(
                forms.stream().map(form -> form.getBytes(StandardCharsets.UTF_8)).toList());
    }

    /** No secrets. */
    public static Secrets none() {
        return new Secrets(List.of());
    }

    /** A text with the secrets in it replaced. */
    public String masked(String text) {
        if (!forms.areIn(text.getBytes(StandardCharsets.UTF_8))) {
            return text;
        }
        var sink = new ByteArrayOutputStream();
        try (var masked = new MaskingStream(sink, this)) {
            masked.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return sink.toString(StandardCharsets.UTF_8);
    }

    /** Whether a secret is in this text; very short ones, which could be any word, do not count. */
    public boolean areIn(String text) {
        return unmistakable.areIn(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The same for a whole file. */
    public boolean areIn(InputStream bytes) throws IOException {
        var masked = new MaskingStream(OutputStream.nullOutputStream(), unmistakable);
        bytes.transferTo(masked);
        masked.finish();
        return masked.hasMasked();
    }

    SecretForms forms() {
        return forms;
    }

    private static void addWithDecoded(Set<String> plain, String password) {
        plain.add(password);
        try {
            plain.add(URLDecoder.decode(password.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            // Not percent-encoded: there is no other form of it.
            return;
        }
    }

    private static Optional<String> passwordOf(String url) {
        int scheme = url.indexOf("://");
        if (scheme < 0) {
            return Optional.empty();
        }
        String rest = url.substring(scheme + 3);
        int host = rest.lastIndexOf('@');
        int colon = rest.indexOf(':');
        return host > 0 && colon >= 0 && colon < host
                ? Optional.of(rest.substring(colon + 1, host))
                : Optional.empty();
    }

    private static void addForms(Set<String> forms, String text) {
        forms.add(text);
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8);
        for (String form : List.of(encoded, encoded.replace("+", "%20"), encodedInUrl(text))) {
            forms.add(form);
            forms.add(lowerCaseEscapes(form));
        }
        forms.addAll(base64Forms(text));
        String hex = HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
        forms.add(hex);
        forms.add(hex.toUpperCase(Locale.ROOT));
        forms.addAll(escapedForms(text));
    }

    /** Percent-encoded except for what may stand in a URL as it is. */
    private static String encodedInUrl(String text) {
        var encoded = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            char character = (char) (octet & 0xff);
            if (character < 0x80
                    && (Character.isLetterOrDigit(character)
                            || "-._~!$&'()*+,;=:@/?".indexOf(character) >= 0)) {
                encoded.append(character);
            } else {
                encoded.append("%%%02X".formatted((int) character));
            }
        }
        return encoded.toString();
    }

    private static String lowerCaseEscapes(String encoded) {
        var lower = new StringBuilder(encoded);
        for (int i = 0; i + 2 < encoded.length(); i++) {
            if (encoded.charAt(i) == '%') {
                lower.replace(
                        i + 1, i + 3, encoded.substring(i + 1, i + 3).toLowerCase(Locale.ROOT));
            }
        }
        return lower.toString();
    }

    /**
     * In Base64 of a longer text a secret can begin at each of three places; only the characters
     * that it alone decides are the same every time.
     */
    private static Set<String> base64Forms(String text) {
        byte[] secret = text.getBytes(StandardCharsets.UTF_8);
        Set<String> forms = new LinkedHashSet<>();
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + secret.length];
            System.arraycopy(secret, 0, shifted, before, secret.length);
            String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            int from = (before * 8 + 5) / 6;
            int to = shifted.length * 8 / 6;
            String own = encoded.substring(from, Math.max(from, to));
            if (own.length() >= SHORTEST_ENCODED) {
                forms.add(own);
                forms.add(own.replace('+', '-').replace('/', '_'));
            }
        }
        return forms;
    }

    private static List<String> escapedForms(String text) {
        var forms = new ArrayList<String>();
        String json =
                text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                        .replace("\t", "\\t");
        String htmlSafe =
                json.replace("&", "\\u0026")
                        .replace("<", "\\u003c")
                        .replace(">", "\\u003e")
                        .replace("'", "\\u0027");
        for (String form :
                List.of(
                        json,
                        htmlSafe,
                        htmlSafe.replace("u003c", "u003C").replace("u003e", "u003E"))) {
            for (String slashes : List.of(form, form.replace("/", "\\/"))) {
                forms.add(slashes);
                forms.add(asciiJson(slashes, "\\u%04x"));
                forms.add(asciiJson(slashes, "\\u%04X"));
            }
        }
        forms.add(text.replace("\\", "\\\\").replace("'", "\\'"));
        String xml = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        forms.add(xml);
        forms.add(xml.replace("\"", "&quot;").replace("'", "&#39;"));
        forms.add(xml.replace("\"", "&#34;").replace("'", "&#x27;"));
        return forms;
    }

    private static String asciiJson(String json, String escape) {
        var ascii = new StringBuilder();
        for (int i = 0; i < json.length(); i++) {
            char character = json.charAt(i);
            if (character < 0x80) {
                ascii.append(character);
            } else {
                ascii.append(escape.formatted((int) character));
            }
        }
        return ascii.toString();
    }

    /** Only how many forms there are. */
    @Override
    public String toString() {
        return "Secrets[%d forms]".formatted(forms.count());
    }
}
