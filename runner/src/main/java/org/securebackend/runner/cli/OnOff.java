package org.securebackend.runner.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Whether something is to hold. */
enum OnOff {
    ON,
    OFF;

    /** Reads {@code on} or {@code off}. */
    static final class Converter implements ITypeConverter<OnOff> {
        @Override
        public OnOff convert(String text) {
            return switch (text) {
                case "on" -> ON;
                case "off" -> OFF;
                default ->
                        throw new TypeConversionException(
                                "'%s' is neither on nor off".formatted(Printable.of(text)));
            };
        }
    }
}
