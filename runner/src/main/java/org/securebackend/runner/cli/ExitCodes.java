package org.securebackend.runner.cli;

/** What the program's exit codes mean. */
public final class ExitCodes {
    public static final int DONE = 0;

    /** Invalid, failed, refused. */
    public static final int NO = 1;

    /** Wrong usage or configuration. */
    public static final int USAGE = 2;

    /** The engine, the server or the database file cannot be reached. */
    public static final int UNREACHABLE = 3;

    private ExitCodes() {}
}
