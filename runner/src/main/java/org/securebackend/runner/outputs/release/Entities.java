package org.securebackend.runner.outputs.release;

/** Undoes entities character by character. */
final class Entities {
    private static final int LONGEST = 40;

    private final StringBuilder name = new StringBuilder();
    private boolean open;

    /** Takes characters as they are meant. */
    @FunctionalInterface
    interface Plain {
        void text(char character);
    }

    void next(char here, Plain plain) {
        if (open && isOfName(here)) {
            name.append(here);
        } else if (open && here == ';') {
            close(plain);
        } else {
            end(plain);
            if (here == '&') {
                open = true;
            } else {
                plain.text(here);
            }
        }
    }

    private boolean isOfName(char here) {
        return name.length() < LONGEST
                && (Character.isLetterOrDigit(here) || (here == '#' && name.isEmpty()));
    }

    /** What is open now has no semicolon: numbers mean the same without. */
    void end(Plain plain) {
        if (!open) {
            return;
        }
        if (name.length() > 1 && name.charAt(0) == '#') {
            close(plain);
        } else {
            give("&" + name, plain);
        }
    }

    private void give(String text, Plain plain) {
        for (int i = 0; i < text.length(); i++) {
            plain.text(text.charAt(i));
        }
        name.setLength(0);
        open = false;
    }

    private void close(Plain plain) {
        give(Markup.entity(name.toString()), plain);
    }
}
