package org.securebackend.runner.job;

/** What a waiting job waits for. */
public sealed interface WaitReason {

    /** Just made. */
    record Created() implements WaitReason {}

    /** The backend is paused. */
    record Paused() implements WaitReason {}

    /** The database is in maintenance, and the job needs it. */
    record DatabaseMaintenance() implements WaitReason {}

    /** Jobs whose outputs it needs are not finished. */
    record Dependencies() implements WaitReason {}

    /** No worker is free; {@code heavy} if its weight is above 1. */
    record Workers(boolean heavy) implements WaitReason {}

    /** The memory that running jobs may take is taken. */
    record Memory() implements WaitReason {}

    /** No database worker is free. */
    record DatabaseWorkers() implements WaitReason {}

    /** Put back for a restart of the host. */
    record Reboot() implements WaitReason {}

    /** Something that can pass by itself is in the way; {@code cause} is for its user to read. */
    record Platform(String cause) implements WaitReason {}
}
