package org.securebackend.runner.outputs.log;

import java.util.Arrays;
import java.util.List;

/** The texts that secrets turn up as, in bytes, by their first byte: made once, asked often. */
final class SecretForms {
    private final byte[][][] byFirstByte = new byte[256][][];
    private final int count;
    private final int longest;

    SecretForms(List<byte[]> forms) {
        for (int first = 0; first < byFirstByte.length; first++) {
            byFirstByte[first] = startingWith(forms, first);
        }
        this.count = forms.size();
        this.longest = forms.stream().mapToInt(form -> form.length).max().orElse(0);
    }

    /** Longest first. */
    private static byte[][] startingWith(List<byte[]> forms, int first) {
        return forms.stream()
                .filter(form -> (form[0] & 0xff) == first)
                .sorted((one, other) -> Integer.compare(other.length, one.length))
                .toArray(byte[][]::new);
    }

    int count() {
        return count;
    }

    int longest() {
        return longest;
    }

    /** How long the secret is that begins just here and ends before {@code to}; 0 if none does. */
    int lengthAt(byte[] text, int from, int to) {
        for (byte[] form : byFirstByte[text[from] & 0xff]) {
            if (from + form.length <= to
                    && Arrays.equals(text, from, from + form.length, form, 0, form.length)) {
                return form.length;
            }
        }
        return 0;
    }

    boolean areIn(byte[] text) {
        for (int from = 0; from < text.length; from++) {
            if (lengthAt(text, from, text.length) > 0) {
                return true;
            }
        }
        return false;
    }
}
