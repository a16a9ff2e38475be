package org.securebackend.runner.job;

/** Why a running job is stopped. */
public enum StopReason {
    CANCELLED_BY_USER,
    KILLED_BY_ADMIN,
    DATABASE_MAINTENANCE,
    REBOOT
}
