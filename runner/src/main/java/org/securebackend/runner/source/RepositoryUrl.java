package org.securebackend.runner.source;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A repository that {@link UrlPolicy} let pass.
 *
 * @param text the URL, without a final slash
 */
record RepositoryUrl(String text) {
    private static final int HASH_DIGITS = 24;
    private static final int LONGEST_NAME = 60;

    /** The last part of its path, for people. */
    String name() {
        return text.substring(text.lastIndexOf('/') + 1);
    }

    /** A file name that no other repository has. */
    String folderName() {
        String name = name().replaceAll("[^A-Za-z0-9_-]", "_");
        return name.substring(0, Math.min(name.length(), LONGEST_NAME)) + "." + hash();
    }

    private String hash() {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
