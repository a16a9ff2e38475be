package org.securebackend.runner.yaml;

import java.math.BigInteger;

/** What a scalar means. */
public sealed interface CoreValue {

    /** Nothing: an empty value, {@code ~} or {@code null}. */
    record Null() implements CoreValue {}

    /** {@code true} or {@code false}. */
    record Bool(boolean value) implements CoreValue {}

    /** A whole number. */
    record Whole(BigInteger value) implements CoreValue {}

    /** Any other number, also infinite or not a number. */
    record Real(double value) implements CoreValue {}

    /** A string. */
    record Text(String value) implements CoreValue {}

    /** An existing day, perhaps with a time, as written without quotes. */
    record Date(String text) implements CoreValue {}

    /** A scalar with a tag that is not one of YAML's own. Nothing is built from it. */
    record Tagged(String tag, String text) implements CoreValue {}
}
