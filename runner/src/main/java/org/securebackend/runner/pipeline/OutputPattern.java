package org.securebackend.runner.pipeline;

/**
 * An output pattern that has passed validation: a relative path in normal form, in which {@code *}
 * stands for any run of characters but {@code /} and everything else for itself.
 */
public record OutputPattern(String text) {

    /** Whether it names exactly one path. */
    public boolean isExact() {
        return text.indexOf('*') < 0;
    }

    /** The directory part, as text; {@code .} for the top of the workspace. */
    public String directory() {
        int slash = text.lastIndexOf('/');
        return slash < 0 ? "." : text.substring(0, slash);
    }

    /**
     * Whether the whole of {@code path} matches: relative, parts separated by {@code /}. Takes time
     * proportional to the product of both lengths at worst, and no recursion.
     */
    public boolean matches(String path) {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = -1;
        while (t < path.length()) {
            if (p < text.length() && text.charAt(p) == '*') {
                star = p++;
                resume = t;
            } else if (p < text.length() && text.charAt(p) == path.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0 && path.charAt(resume) != '/') {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < text.length() && text.charAt(p) == '*') {
            p++;
        }
        return p == text.length();
    }

    @Override
    public String toString() {
        return text;
    }
}
