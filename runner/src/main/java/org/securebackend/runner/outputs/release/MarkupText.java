package org.securebackend.runner.outputs.release;

import java.util.Locale;
import java.util.Set;

/**
 * Takes HTML or SVG apart, character by character, and leaves nothing out: what is no tag is text.
 */
final class MarkupText {
    /** Stands where a tag parted text; no text has it. */
    static final char PARTED = '\u001E';

    /** Stands where one element ended and another began at once; no text has it. */
    static final char NEXT_ELEMENT = '\u001D';

    private static final String COMMENT = "!--";
    private static final String CDATA = "![CDATA[";
    private static final Set<String> RAW = Set.of("script", "style");

    /** Larger parts are of no use to anyone, and cannot be looked at in constant memory. */
    private static final int LONGEST_PART = 16 * 1024 * 1024;

    private final Tags tags;
    private final Content content;
    private final Entities entities = new Entities();
    private final Entities.Plain shown;
    private final StringBuilder part = new StringBuilder();
    private State state = State.TEXT;
    private String rawElement = "";
    private char quote;
    private char lastSolid;
    private boolean justEnded;

    /** How a document is read. */
    enum Tags {
        /** Scripts and comments are no text; tags within words do not part them. */
        AS_IN_A_BROWSER,
        /** Every tag parts; scripts and comments are text. */
        ALL_PART_TEXT
    }

    private enum State {
        TEXT,
        TAG,
        COMMENT,
        RAW
    }

    /** What a document consists of. */
    interface Content {
        void text(char character);

        /** A tag begins or ends an element; {@code name} is in lower case, without a prefix. */
        void tag(String name, Side side);

        void attribute(String name, String value);

        void comment(String text);

        /** All of a script or style sheet. */
        void raw(String text);

        /** A part is too large to be looked at. */
        void tooLarge();
    }

    /** The two tags of an element. */
    enum Side {
        BEGIN,
        END
    }

    MarkupText(Tags tags, Content content) {
        this.tags = tags;
        this.content = content;
        this.shown = content::text;
    }

    void next(char here) {
        switch (state) {
            case TEXT -> inText(here);
            case TAG -> inTag(here);
            case COMMENT -> inComment(here);
            case RAW -> inRaw(here);
        }
    }

    /** The document is over; what was never closed is text. */
    void end() {
        switch (state) {
            case TEXT -> {}
            case TAG, COMMENT -> asText();
            case RAW -> content.raw(part.toString());
        }
        entities.end(shown);
    }

    private void plain(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            content.text(text.charAt(i));
        }
    }

    private void asText() {
        plain(Markup.undoEntities("<" + part));
        part.setLength(0);
        state = State.TEXT;
    }

    private void inText(char here) {
        if (here == '<') {
            entities.end(shown);
            begin(State.TAG);
            quote = 0;
            lastSolid = 0;
        } else {
            justEnded &= Character.isWhitespace(here);
            entities.next(here, shown);
        }
    }

    private void begin(State next) {
        state = next;
        part.setLength(0);
    }

    private void inTag(char here) {
        if (part.isEmpty() && !Character.isLetter(here) && "/!?".indexOf(here) < 0) {
            content.text('<');
            state = State.TEXT;
            inText(here);
            return;
        }
        if (quote == 0 && here == '>') {
            finishTag();
            return;
        }
        if (quote == here) {
            quote = 0;
        } else if (quote == 0 && lastSolid == '=' && (here == '"' || here == '\'')) {
            quote = here;
        }
        if (!Character.isWhitespace(here)) {
            lastSolid = here;
        }
        add(here);
        if (here == '-' && part.length() == COMMENT.length() && startsWith(COMMENT)) {
            begin(tags == Tags.AS_IN_A_BROWSER ? State.COMMENT : State.TEXT);
            boundary();
        } else if (here == '[' && part.length() == CDATA.length() && startsWith(CDATA)) {
            begin(State.TEXT);
        }
    }

    private void boundary() {
        if (tags == Tags.ALL_PART_TEXT) {
            content.text(PARTED);
        }
    }

    private boolean startsWith(String start) {
        return part.indexOf(start) == 0;
    }

    private void add(char here) {
        if (part.length() < LONGEST_PART) {
            part.append(here);
        } else {
            content.tooLarge();
        }
    }

    private void finishTag() {
        String tag = part.toString();
        begin(State.TEXT);
        if (tag.startsWith("!") || tag.startsWith("?")) {
            content.attribute("", Markup.undoEntities(tag));
            return;
        }
        Side side = tag.startsWith("/") ? Side.END : Side.BEGIN;
        int nameStart = side == Side.END ? 1 : 0;
        int nameEnd = nameStart;
        while (nameEnd < tag.length()
                && !Character.isWhitespace(tag.charAt(nameEnd))
                && tag.charAt(nameEnd) != '/') {
            nameEnd++;
        }
        String qualified = tag.substring(nameStart, nameEnd).toLowerCase(Locale.ROOT);
        String name = qualified.substring(qualified.indexOf(':') + 1);
        if (tags == Tags.ALL_PART_TEXT && !Markup.BLOCKS.contains(name)) {
            content.text(side == Side.BEGIN && justEnded ? NEXT_ELEMENT : PARTED);
        }
        content.tag(name, side);
        justEnded = side == Side.END;
        attributes(tag, nameEnd);
        if (tags == Tags.AS_IN_A_BROWSER
                && side == Side.BEGIN
                && RAW.contains(name)
                && !tag.endsWith("/")) {
            rawElement = "</" + qualified;
            begin(State.RAW);
        }
    }

    private void attributes(String tag, int from) {
        int i = from;
        while (i < tag.length()) {
            int nameStart = i;
            while (i < tag.length()
                    && !Character.isWhitespace(tag.charAt(i))
                    && tag.charAt(i) != '=') {
                i++;
            }
            String name = tag.substring(nameStart, i);
            i = skipBlanks(tag, i);
            String value = "";
            if (i < tag.length() && tag.charAt(i) == '=') {
                i = skipBlanks(tag, i + 1);
                int end = valueEnd(tag, i);
                boolean quoted =
                        i < tag.length() && (tag.charAt(i) == '"' || tag.charAt(i) == '\'');
                value = tag.substring(quoted ? i + 1 : i, end);
                i = quoted ? Math.min(tag.length(), end + 1) : end;
            }
            i = skipBlanks(tag, i);
            if (!name.isEmpty() || !value.isEmpty()) {
                content.attribute(name.toLowerCase(Locale.ROOT), Markup.undoEntities(value));
            }
        }
    }

    private static int skipBlanks(String tag, int from) {
        int i = from;
        while (i < tag.length() && Character.isWhitespace(tag.charAt(i))) {
            i++;
        }
        return i;
    }

    private static int valueEnd(String tag, int from) {
        if (from >= tag.length()) {
            return tag.length();
        }
        char first = tag.charAt(from);
        if (first == '"' || first == '\'') {
            int end = tag.indexOf(first, from + 1);
            return end < 0 ? tag.length() : end;
        }
        int i = from;
        while (i < tag.length() && !Character.isWhitespace(tag.charAt(i))) {
            i++;
        }
        return i;
    }

    private void inComment(char here) {
        add(here);
        boolean ends = here == '>' && (endsWith("-->") || endsWith("--!>") || isEmptyComment());
        if (ends) {
            content.comment(Markup.undoEntities(part.toString()));
            begin(State.TEXT);
        }
    }

    private boolean endsWith(String end) {
        int start = part.length() - end.length();
        return start >= 0 && part.indexOf(end, start) == start;
    }

    /** Browsers take these for a comment that ends at once. */
    private boolean isEmptyComment() {
        return part.length() <= 2 && (part.charAt(0) == '>' || endsWith("->"));
    }

    private void inRaw(char here) {
        add(here);
        int closing = part.length() - rawElement.length() - 1;
        boolean ends =
                closing >= 0
                        && (here == '>' || here == '/' || Character.isWhitespace(here))
                        && part.substring(closing, part.length() - 1).equalsIgnoreCase(rawElement);
        if (ends) {
            content.raw(part.substring(0, closing));
            begin(State.TEXT);
            if (here != '>') {
                begin(State.TAG);
                part.append("/x ");
            }
        }
    }
}
