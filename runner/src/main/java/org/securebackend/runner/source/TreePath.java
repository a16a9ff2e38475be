package org.securebackend.runner.source;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Paths in a commit, which its author may have made by other means than git's own. */
final class TreePath {
    private static final int LONGEST_BYTES = 4_000;
    private static final int LONGEST_NAME_BYTES = 255;

    private TreePath() {}

    /**
     * A path as text: relative, in normal form, without control characters, leading into no git
     * directory.
     *
     * @throws SourceRefusedException if it is not like that
     */
    static String checked(byte[] raw) {
        String path = decoded(raw);
        if (raw.length > LONGEST_BYTES) {
            throw refused("a path that is longer than " + LONGEST_BYTES + " bytes");
        }
        for (String name : path.split("/", -1)) {
            requireName(name);
        }
        return path;
    }

    private static String decoded(byte[] raw) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
        } catch (CharacterCodingException e) {
            throw new SourceRefusedException(
                    "GitError", "The commit holds a file name that is not valid UTF-8", e);
        }
    }

    private static void requireName(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw refused("a path that leads out of its own folder");
        }
        if (isGitDirectory(name)) {
            throw refused("a file or folder named .git");
        }
        if (name.codePoints().anyMatch(Character::isISOControl)) {
            throw refused("a file name with a control character");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME_BYTES) {
            throw refused("a file name that is longer than " + LONGEST_NAME_BYTES + " bytes");
        }
    }

    /** Also as file systems see it that ignore letter case or invisible characters. */
    private static boolean isGitDirectory(String name) {
        var visible = new StringBuilder();
        name.codePoints()
                .filter(character -> Character.getType(character) != Character.FORMAT)
                .forEach(visible::appendCodePoint);
        return visible.toString().equalsIgnoreCase(".git");
    }

    private static SourceRefusedException refused(String what) {
        return new SourceRefusedException("GitError", "The commit holds " + what, null);
    }
}
