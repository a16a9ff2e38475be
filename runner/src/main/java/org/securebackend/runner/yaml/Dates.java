package org.securebackend.runner.yaml;

import java.time.YearMonth;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Unquoted dates and times, in the form of YAML's timestamp type. */
final class Dates {
    private static final int LONGEST = 60;

    private static final Pattern SHAPE =
            Pattern.compile(
                    "(?<year>[0-9]{4})-(?<month>[0-9]{1,2})-(?<day>[0-9]{1,2})(?<time>(?:[Tt]|[ \\t]++)"
                            + "(?<hour>[0-9]{1,2}):(?<minute>[0-9]{2}):(?<second>[0-9]{2})(?:\\.[0-9]*+)?"
                            + "(?:[ \\t]*+(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)?");

    private Dates() {}

    /** Whether YAML takes this text for a date, existing or not. */
    static boolean looksLikeOne(String text) {
        Matcher shape = SHAPE.matcher(text);
        return text.length() <= LONGEST
                && shape.matches()
                && (shape.group("time") != null || text.length() == "2020-01-01".length());
    }

    /** Whether there is such a day and time, given that the text looks so. */
    static boolean exists(String text) {
        Matcher shape = SHAPE.matcher(text);
        if (!shape.matches()) {
            return false;
        }
        int year = Integer.parseInt(shape.group("year"));
        int month = Integer.parseInt(shape.group("month"));
        int day = Integer.parseInt(shape.group("day"));
        boolean dayExists =
                year >= 1 && month >= 1 && month <= 12 && YearMonth.of(year, month).isValidDay(day);
        return dayExists
                && (shape.group("time") == null
                        || (isBelow(24, shape.group("hour"))
                                && isBelow(60, shape.group("minute"))
                                && isBelow(60, shape.group("second"))));
    }

    private static boolean isBelow(int limit, String number) {
        return Integer.parseInt(number) < limit;
    }
}
