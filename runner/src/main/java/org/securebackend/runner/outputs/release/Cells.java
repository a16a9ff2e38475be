package org.securebackend.runner.outputs.release;

import java.text.Normalizer;

/** What a cell of a table looks like. */
final class Cells {
    private static final int LONGEST_IDENTIFIER = 64;
    private static final int MOST_LETTERS_BEFORE_NUMBER = 4;
    private static final int SHORTEST_HEXADECIMAL = 8;
    private static final int SHORTEST_HASH = 16;
    private static final String DRESS = "\"'`()[]{}<>,;:*#\\|";

    private Cells() {}

    /** Without quotes, brackets and blanks around it. */
    static String bare(String cell) {
        int start = 0;
        int end = cell.length();
        while (start < end && isDress(cell.charAt(start))) {
            start++;
        }
        while (end > start && isDress(cell.charAt(end - 1))) {
            end--;
        }
        return cell.substring(start, end);
    }

    private static boolean isDress(char character) {
        return character <= ' '
                || DRESS.indexOf(character) >= 0
                || (character >= 0x80
                        && (Character.isWhitespace(character)
                                || Character.isSpaceChar(character)
                                || Character.getType(character) == Character.FORMAT));
    }

    static boolean isBlank(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char here = text.charAt(i);
            if (here > ' '
                    && !Character.isWhitespace(here)
                    && !Character.isSpaceChar(here)
                    && Character.getType(here) != Character.FORMAT) {
                return false;
            }
        }
        return true;
    }

    static boolean isNumber(String cell) {
        String bare = bare(cell);
        return !bare.isEmpty() && bare.length() <= LONGEST_IDENTIFIER && isBareNumber(bare);
    }

    private static boolean isBareNumber(String bare) {
        boolean digits = false;
        for (int i = 0; i < bare.length(); i++) {
            char here = bare.charAt(i);
            if (here >= '0' && here <= '9') {
                digits = true;
            } else if ("+-.,_eE%".indexOf(here) < 0) {
                return false;
            }
        }
        return digits;
    }

    /**
     * A number, a number behind a few letters, or a hash: what stands below an identifier's name.
     */
    static boolean isIdentifierLike(String cell) {
        if (cell.length() > 4 * LONGEST_IDENTIFIER) {
            return false;
        }
        String bare = bare(isAscii(cell) ? cell : visible(cell));
        if (bare.isEmpty() || bare.length() > LONGEST_IDENTIFIER) {
            return false;
        }
        return isBareNumber(bare) || isNumberBehindLetters(bare) || isHash(bare);
    }

    /** Without marks and invisible characters, with the usual digits. */
    private static String visible(String cell) {
        var visible = new StringBuilder();
        Normalizer.normalize(cell, Normalizer.Form.NFKD)
                .codePoints()
                .filter(here ->
                        switch (Character.getType(here)) {
                            case Character.FORMAT,
                                    Character.NON_SPACING_MARK,
                                    Character.ENCLOSING_MARK,
                                    Character.CONTROL ->
                                    false;
                            default -> true;
                        })
                .forEach(visible::appendCodePoint);
        return visible.toString();
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNumberBehindLetters(String bare) {
        int letters = 0;
        while (letters < bare.length() && isLetter(bare.charAt(letters))) {
            letters++;
        }
        int digits = letters < bare.length() && bare.charAt(letters) == '-' ? letters + 1 : letters;
        if (letters == 0 || letters > MOST_LETTERS_BEFORE_NUMBER || bare.length() - digits < 2) {
            return false;
        }
        return bare.chars().skip(digits).allMatch(here -> here >= '0' && here <= '9');
    }

    private static boolean isHash(String bare) {
        int digits = 0;
        boolean hexadecimal = true;
        for (int i = 0; i < bare.length(); i++) {
            char here = bare.charAt(i);
            if (here >= '0' && here <= '9') {
                digits++;
            } else if (!isLetter(here) && "+/=_-".indexOf(here) < 0) {
                return false;
            } else if (!"abcdefABCDEF-".contains(String.valueOf(here))) {
                hexadecimal = false;
            }
        }
        int shortest = hexadecimal ? SHORTEST_HEXADECIMAL : SHORTEST_HASH;
        return digits >= 2
                && bare.length() >= shortest
                && (hexadecimal || digits * 4 >= bare.length());
    }

    private static boolean isLetter(char here) {
        return (here >= 'a' && here <= 'z') || (here >= 'A' && here <= 'Z');
    }
}
