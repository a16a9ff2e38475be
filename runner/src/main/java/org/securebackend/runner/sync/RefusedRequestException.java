package org.securebackend.runner.sync;

import org.securebackend.runner.job.FailureReason;

/** A request that cannot be run, for a reason that its user can understand. */
final class RefusedRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient FailureReason reason;

    RefusedRequestException(FailureReason reason) {
        super(reason.toString());
        this.reason = reason;
    }

    RefusedRequestException(String errorClass, String text) {
        this(new FailureReason.RequestError(errorClass, text));
    }

    FailureReason reason() {
        return reason;
    }
}
