package org.securebackend.runner.outputs.release;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Words of HTML and SVG. */
final class Markup {
    /** Tags that begin another line. */
    static final Set<String> BLOCKS =
            Set.of(
                    "address",
                    "article",
                    "aside",
                    "blockquote",
                    "body",
                    "br",
                    "caption",
                    "dd",
                    "desc",
                    "details",
                    "dialog",
                    "div",
                    "dl",
                    "dt",
                    "fieldset",
                    "figcaption",
                    "figure",
                    "footer",
                    "form",
                    "foreignobject",
                    "g",
                    "h1",
                    "h2",
                    "h3",
                    "h4",
                    "h5",
                    "h6",
                    "head",
                    "header",
                    "hr",
                    "html",
                    "li",
                    "link",
                    "main",
                    "meta",
                    "metadata",
                    "nav",
                    "ol",
                    "optgroup",
                    "option",
                    "p",
                    "path",
                    "pre",
                    "rect",
                    "section",
                    "select",
                    "style",
                    "script",
                    "summary",
                    "svg",
                    "table",
                    "tbody",
                    "template",
                    "text",
                    "textarea",
                    "tfoot",
                    "thead",
                    "title",
                    "tr",
                    "ul",
                    "use");

    /** Tags that may be the entries of a long list. */
    static final Set<String> ENTRIES = Set.of("tr", "li", "dt", "dd", "option", "text", "tspan");

    /** Tags that an HTML document or a part of one begins with. */
    static final Set<String> BEGINNINGS =
            Set.of(
                    "html", "head", "body", "div", "p", "table", "h1", "h2", "h3", "h4", "style",
                    "meta", "script", "title", "section", "article", "main", "pre", "ul", "ol",
                    "link", "header", "span", "b", "center", "figure");

    /** Attributes that hold nothing but how to draw, however long. */
    static final Set<String> DRAWING =
            Set.of("d", "points", "transform", "values", "keytimes", "gradienttransform");

    /** Entities that may stand within or around a name, or between cells. */
    private static final Map<String, String> ENTITIES =
            Map.ofEntries(
                    Map.entry("lowbar", "_"),
                    Map.entry("underbar", "_"),
                    Map.entry("nbsp", "\u00A0"),
                    Map.entry("shy", "\u00AD"),
                    Map.entry("zerowidthspace", "\u200B"),
                    Map.entry("zwj", "\u200D"),
                    Map.entry("zwnj", "\u200C"),
                    Map.entry("nobreak", "\u2060"),
                    Map.entry("ensp", " "),
                    Map.entry("emsp", " "),
                    Map.entry("thinsp", " "),
                    Map.entry("amp", "&"),
                    Map.entry("lt", "<"),
                    Map.entry("gt", ">"),
                    Map.entry("quot", "\""),
                    Map.entry("apos", "'"),
                    Map.entry("grave", "`"),
                    Map.entry("hyphen", "-"),
                    Map.entry("dash", "-"),
                    Map.entry("ndash", "-"),
                    Map.entry("period", "."),
                    Map.entry("tab", "\t"),
                    Map.entry("newline", "\n"),
                    Map.entry("comma", ","),
                    Map.entry("semi", ";"),
                    Map.entry("colon", ":"),
                    Map.entry("vert", "|"),
                    Map.entry("verbar", "|"),
                    Map.entry("lbrack", "["),
                    Map.entry("rbrack", "]"),
                    Map.entry("bsol", "\\"),
                    Map.entry("sol", "/"));

    private static final int HEXADECIMAL = 16;

    private Markup() {}

    /** What the entity of that name stands for; itself if it is not known. */
    static String entity(String name) {
        if (name.startsWith("#")) {
            return character(name);
        }
        String lower = name.toLowerCase(Locale.ROOT);
        if (isStyledLetter(lower)) {
            return lower.substring(0, 1);
        }
        return ENTITIES.getOrDefault(lower, "&" + name + ";");
    }

    /** Such as {@code popf}, a letter p of mathematics; {@code pacute}, one with an accent. */
    private static boolean isStyledLetter(String name) {
        return name.length() > 2
                && Set.of(
                                "opf", "scr", "fr", "acute", "grave", "circ", "uml", "tilde",
                                "caron", "cedil", "ring", "macr", "dot", "breve", "ogon", "strok")
                        .contains(name.substring(1));
    }

    private static String character(String reference) {
        boolean hexadecimal = reference.startsWith("#x") || reference.startsWith("#X");
        try {
            int code =
                    hexadecimal
                            ? Integer.parseInt(reference.substring(2), HEXADECIMAL)
                            : Integer.parseInt(reference.substring(1));
            return Character.isValidCodePoint(code) ? Character.toString(code) : "\uFFFD";
        } catch (NumberFormatException e) {
            return "&" + reference + ";";
        }
    }

    /** Text with its entities undone. */
    static String undoEntities(String text) {
        if (text.indexOf('&') < 0) {
            return text;
        }
        var plain = new StringBuilder();
        var entities = new Entities();
        for (int i = 0; i < text.length(); i++) {
            entities.next(text.charAt(i), plain::append);
        }
        entities.end(plain::append);
        return plain.toString();
    }
}
