package org.securebackend.runner.config;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Which backend this is.
 *
 * @param workDirectory absolute; the database, repositories and temporary files
 */
public record BackendSection(String name, Data data, Path workDirectory) {
    private static final String LOCAL = "expectations";
    private static final Pattern NAME_FORM =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*[A-Za-z0-9]");

    private static final Setting<String> NAME =
            Setting.of("backend.name", Forms.TEXT.checked(BackendSection::checkName))
                    .variable("BACKEND")
                    .emptyIsAValue();

    private static final Setting<Boolean> DUMMY_DATA =
            Setting.of("backend.dummy_data", Forms.TRUTH)
                    .variable("USING_DUMMY_DATA_BACKEND", Forms.trueOnlyFor("true", "1", "yes"));

    private static final Setting<Path> WORK_DIRECTORY =
            Setting.of("backend.work_directory", Forms.PATH).variable("WORKDIR");

    /** What its database holds. */
    public enum Data {
        REAL,
        DUMMY
    }

    static BackendSection read(SettingReader settings) {
        String name = settings.get(NAME, LOCAL);
        // A backend for expectations has no real data, whatever is said.
        boolean dummy = settings.get(DUMMY_DATA, name.equals(LOCAL)) || name.equals(LOCAL);
        Path workDirectory = settings.get(WORK_DIRECTORY, Path.of("workdir"));
        return new BackendSection(
                name, dummy ? Data.DUMMY : Data.REAL, workDirectory.toAbsolutePath().normalize());
    }

    private static String checkName(String name) {
        if (!NAME_FORM.matcher(name).matches()) {
            throw Forms.unfit(
                    "must be letters, digits, - and _, at least two, a letter or digit at each end",
                    name);
        }
        return name;
    }
}
