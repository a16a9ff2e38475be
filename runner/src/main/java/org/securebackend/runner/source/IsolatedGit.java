package org.securebackend.runner.source;

import java.io.File;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * What JGit gets to see of this host: nothing of the user's or the system's git configuration and
 * environment, and nowhere to write its own.
 */
final class IsolatedGit extends SystemReader {
    private static final Duration TICK = Duration.ofMillis(50);

    private final SystemReader host;

    private IsolatedGit(SystemReader host) {
        this.host = host;
    }

    /** Makes it so for the whole process; fine to repeat. */
    static synchronized void install() {
        SystemReader current = SystemReader.getInstance();
        if (!(current instanceof IsolatedGit)) {
            SystemReader.setInstance(new IsolatedGit(current));
        }
    }

    @Override
    public String getHostname() {
        return "localhost";
    }

    @Override
    public @Nullable String getenv(String variable) {
        return null;
    }

    @Override
    public String getProperty(String key) {
        return host.getProperty(key);
    }

    @Override
    public FileBasedConfig openUserConfig(Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openSystemConfig(Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openJGitConfig(Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    @SuppressWarnings("deprecation") // abstract in the library, so it must be here
    public long getCurrentTime() {
        return host.now().toEpochMilli();
    }

    @Override
    @SuppressWarnings("deprecation") // abstract in the library, so it must be here
    public int getTimezone(long when) {
        return 0;
    }

    /** A configuration without a file. */
    private static final class Nothing extends FileBasedConfig {
        Nothing(Config parent, FS fs) {
            super(parent, new File("none"), fs);
        }

        @Override
        public void load() {}

        /**
         * Says how fine file times are, so that JGit need not find out by writing files into the
         * cache for some seconds. Where they are coarser, it may miss what another process added
         * just now and fetch it too.
         */
        @Override
        public long getTimeUnit(
                String section,
                @Nullable String subsection,
                String name,
                long defaultValue,
                TimeUnit wantedUnit) {
            return section.equals(ConfigConstants.CONFIG_FILESYSTEM_SECTION)
                    ? wantedUnit.convert(TICK)
                    : super.getTimeUnit(section, subsection, name, defaultValue, wantedUnit);
        }

        @Override
        public void save() {}

        @Override
        public boolean isOutdated() {
            return false;
        }
    }
}
