package org.securebackend.runner.config;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * The daemon's own log.
 *
 * @param debugFile gets everything but what may hold secrets, beside the usual log
 */
public record LogSection(Level level, Optional<Path> debugFile) {

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

    static LogSection read(SettingReader settings) {
        return new LogSection(settings.get(LEVEL, Level.INFO), settings.find(DEBUG_FILE));
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
