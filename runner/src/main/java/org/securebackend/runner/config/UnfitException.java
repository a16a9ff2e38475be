package org.securebackend.runner.config;

import java.util.List;
import java.util.Optional;
import org.securebackend.runner.yaml.Position;

/** A value is not what its setting takes. */
final class UnfitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Detail> details;

    /** One thing that is wrong, and where if it is not where the value begins. */
    record Detail(Optional<Position> position, String message) {}

    UnfitException(String message) {
        this(List.of(new Detail(Optional.empty(), message)));
    }

    UnfitException(List<Detail> details) {
        super(details.getFirst().message(), null, false, false);
        this.details = List.copyOf(details);
    }

    List<Detail> details() {
        return details;
    }
}
