package org.securebackend.runner.job;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/**
 * Identifies one job: 16 characters of lower-case base32. The same request and action always give
 * the same id, so that a runner that lost its store meets no strangers on the server (protocol,
 * section 6).
 */
public record JobId(String value) implements Comparable<JobId> {
    private static final Pattern FORM = Pattern.compile("[a-z2-7]{16}");
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int DIGEST_BYTES = 10;

    public JobId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a job id: " + value);
        }
    }

    /** Whether {@code text} is the id of some job. */
    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    /** The id of the job that runs {@code action} for {@code request}. */
    public static JobId of(RequestId request, String action) {
        byte[] digest = sha1((request.value() + "\n" + action).getBytes(StandardCharsets.UTF_8));
        var text = new StringBuilder(16);
        int buffer = 0;
        int bits = 0;
        for (int i = 0; i < DIGEST_BYTES; i++) {
            buffer = (buffer << 8) | (digest[i] & 0xff);
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text.append(ALPHABET.charAt((buffer >> bits) & 31));
            }
            buffer &= (1 << bits) - 1;
        }
        return new JobId(text.toString());
    }

    private static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    @Override
    public int compareTo(JobId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
