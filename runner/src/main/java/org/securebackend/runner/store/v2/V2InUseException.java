package org.securebackend.runner.store.v2;

import java.util.List;

/** Version 2 seems to be at work, or left something that stands in the way. */
public final class V2InUseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    V2InUseException(List<String> findings) {
        super(
                "nothing was taken over:%n  %s%nStop version 2 first; --force goes on in spite of this, at the price that what it still runs may run twice"
                        .formatted(String.join(System.lineSeparator() + "  ", findings)));
    }
}
