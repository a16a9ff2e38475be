package org.securebackend.runner.scheduler;

/** A job cannot go on, and trying again will not help; the message is for its user. */
final class JobBrokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JobBrokenException(String message) {
        super(message);
    }
}
