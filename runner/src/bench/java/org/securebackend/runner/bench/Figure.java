package org.securebackend.runner.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A measured value beside its floor and its aim.
 *
 * @param floor what the machine itself took, in the same unit
 * @param aim the worst that is good enough
 */
record Figure(
        String name,
        double value,
        String unit,
        OptionalDouble floor,
        OptionalDouble aim,
        Better better) {

    enum Better {
        LOWER,
        HIGHER
    }

    static Figure lower(String name, double value, String unit) {
        return new Figure(
                name, value, unit, OptionalDouble.empty(), OptionalDouble.empty(), Better.LOWER);
    }

    static Figure higher(String name, double value, String unit) {
        return new Figure(
                name, value, unit, OptionalDouble.empty(), OptionalDouble.empty(), Better.HIGHER);
    }

    Figure besideFloor(double measured) {
        return new Figure(name, value, unit, OptionalDouble.of(measured), aim, better);
    }

    Figure aimingAt(double worst) {
        return new Figure(name, value, unit, floor, OptionalDouble.of(worst), better);
    }

    boolean isReached() {
        return aim.isEmpty()
                || switch (better) {
                    case LOWER -> value <= aim.getAsDouble();
                    case HIGHER -> value >= aim.getAsDouble();
                };
    }

    static String heading() {
        return "%-58s %12s %12s %12s  %s".formatted("BENCHMARK", "MEASURED", "FLOOR", "AIM", "");
    }

    String line() {
        String verdict = aim.isEmpty() ? "" : isReached() ? "ok" : "MISSED";
        return "%-58s %12s %12s %12s  %s"
                .formatted(
                        name,
                        number(value) + " " + unit,
                        floor.isPresent() ? number(floor.getAsDouble()) : "-",
                        aim.isPresent() ? number(aim.getAsDouble()) : "-",
                        verdict);
    }

    ObjectNode json() {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("name", name);
        json.put("value", value);
        json.put("unit", unit);
        floor.ifPresent(measured -> json.put("floor", measured));
        aim.ifPresent(worst -> json.put("aim", worst));
        json.put("reached", isReached());
        return json;
    }

    private static String number(double number) {
        return String.format(Locale.ROOT, number >= 100 ? "%.0f" : "%.2f", number);
    }
}
