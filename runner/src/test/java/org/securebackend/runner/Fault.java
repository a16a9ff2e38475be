package org.securebackend.runner;

/** What breaks around a daemon in the fault matrix. */
enum Fault {
    /** The daemon is killed, and started again. */
    DAEMON_KILLED,
    /** The engine is stopped, and started again. */
    ENGINE_STOPPED,
    /** The engine is there and does not answer, for longer than the daemon waits for a call. */
    ENGINE_SILENT,
    /** The file system of the database and of all storage is full, but not that of workspaces. */
    DISK_FULL,
    /** Another process holds the database's lock for longer than the daemon waits for it. */
    STORE_LOCKED,
    /** The job server is away until the job is over. */
    SERVER_GONE,
    /** The job server takes calls and does not answer them until the job is over. */
    SERVER_SILENT,
    /** The job server answers 500 until the job is over. */
    SERVER_FAILS,
    /** The job server answers with a page until the job is over. */
    SERVER_TALKS_HTML,
    /** The job server's answers trickle in. */
    SERVER_SLOW,
    /** The host of the code is away. */
    GIT_GONE
}
