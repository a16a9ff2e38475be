package org.securebackend.runner.config;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * The daemon's own log.
 *
 * @param debugFile gets everything, beside the usual log
 * @param traceLevel of what concerns traces
 */
public record LogSection(Level level, Optional<Path> debugFile, Level traceLevel) {

    /** From most to least. */
    public enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    private static final Form<Level> LEVEL_FORM =
            Forms.TEXT.map(LogSection::level, level -> level.name().toLowerCase(Locale.ROOT));

    private static final Setting<Level> LEVEL =
            Setting.of("log.level", LEVEL_FORM).variable("LOGLEVEL");
    private static final Setting<Path> DEBUG_FILE =
            Setting.of("log.debug_file", Forms.PATH).variable("DEBUG_LOG_FILE");
    private static final Setting<Level> TRACE_LEVEL =
            Setting.of("log.trace_level", LEVEL_FORM).variable("TRACE_LOG_LEVEL");

    static LogSection read(SettingReader settings) {
        return new LogSection(
                settings.get(LEVEL, Level.INFO),
                settings.find(DEBUG_FILE),
                settings.get(TRACE_LEVEL, Level.ERROR));
    }

    private static Level level(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "debug" -> Level.DEBUG;
            case "info" -> Level.INFO;
            case "warn", "warning" -> Level.WARN;
            case "error", "critical" -> Level.ERROR;
            default -> throw Forms.unfit("must be debug, info, warn or error", text);
        };
    }
}
