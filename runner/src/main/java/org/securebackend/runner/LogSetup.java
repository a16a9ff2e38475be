package org.securebackend.runner;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.TimeBasedRollingPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.securebackend.runner.config.LogSection;
import org.slf4j.LoggerFactory;

/**
 * The program's log: to standard error, one line an event, in UTC; what the line belongs to stands
 * at its end. Made without a file in XML, whose reading would be a good part of a short command's
 * time; a {@code logback-test.xml}, or the file that {@code logback.configurationFile} names, comes
 * before it.
 */
@ConfiguratorRank(ConfiguratorRank.FALLBACK + 1)
public final class LogSetup extends ContextAwareBase implements Configurator {
    private static final String LINE =
            "%d{yyyy-MM-dd HH:mm:ss.SSS,UTC}Z %-9.9thread %-5level "
                    + "%msg%replace( workspace=%X{workspace} action=%X{action} id=%X{job} req=%X{request})"
                    + "{' [a-z]+=(?= |$)', ''}%n%ex{20}";

    /**
     * At DEBUG the first two write whole requests, secrets included, and the others what nobody
     * needs: they stay quiet whatever is set.
     */
    private static final List<String> QUIET =
            List.of("com.github.dockerjava", "org.eclipse.jgit", "org.quartz", "org.jdbi");

    private static final int DAYS_KEPT = 14;

    /** Called by logback, when the first logger is asked for. */
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        write(context, Level.INFO, Optional.empty());
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Puts what the configuration says in place of what was there. */
    static void apply(LogSection settings) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.reset();
            write(context, level(settings.level()), settings.debugFile());
        }
    }

    private static Level level(LogSection.Level level) {
        return switch (level) {
            case DEBUG -> Level.DEBUG;
            case INFO -> Level.INFO;
            case WARN -> Level.WARN;
            case ERROR -> Level.ERROR;
        };
    }

    static void write(LoggerContext context, Level level, Optional<Path> debugFile) {
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(debugFile.isPresent() ? Level.DEBUG : level);
        root.addAppender(console(context, level));
        debugFile.ifPresent(file -> root.addAppender(debug(context, file)));
        QUIET.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
    }

    private static Appender<ILoggingEvent> console(LoggerContext context, Level level) {
        var console = new ConsoleAppender<ILoggingEvent>();
        console.setName("console");
        console.setTarget("System.err");
        var threshold = new ThresholdFilter();
        threshold.setLevel(level.toString());
        threshold.start();
        console.addFilter(threshold);
        return started(console, context);
    }

    private static Appender<ILoggingEvent> debug(LoggerContext context, Path file) {
        var appender = new RollingFileAppender<ILoggingEvent>();
        appender.setName("debug file");
        appender.setFile(file.toString());
        var daily = new TimeBasedRollingPolicy<ILoggingEvent>();
        daily.setContext(context);
        daily.setParent(appender);
        daily.setFileNamePattern(file + ".%d{yyyy-MM-dd, UTC}");
        daily.setMaxHistory(DAYS_KEPT);
        daily.start();
        appender.setRollingPolicy(daily);
        return started(appender, context);
    }

    private static Appender<ILoggingEvent> started(
            OutputStreamAppender<ILoggingEvent> appender, LoggerContext context) {
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(LINE);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
