package org.securebackend.runner.devserver;

import java.security.SecureRandom;
import java.time.InstantSource;

/** Accepts wishes: finds their backend, gives them an id, puts them into the book. */
final class Clerk {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int ID_LENGTH = 16;

    private final RequestBook book;
    private final BackendDesk desk;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    Clerk(RequestBook book, BackendDesk desk, InstantSource clock) {
        this.book = book;
        this.desk = desk;
        this.clock = clock;
    }

    /** The request that a wish becomes. @throws BadInputException if it cannot be accepted */
    RequestRecord submit(NewRequest wish) throws BadInputException {
        if (!desk.has(wish.backend())) {
            throw refused("backend", "is not known here");
        }
        String id = wish.identifier().orElseGet(this::newId);
        return book.add(id, wish, clock.instant())
                .orElseThrow(() -> refused("identifier", "is taken"));
    }

    private static BadInputException refused(String field, String problem) {
        return new BadInputException(
                Json.object().set("errors", Json.object().put(field, problem)));
    }

    private String newId() {
        var id = new StringBuilder(ID_LENGTH);
        random.ints(ID_LENGTH, 0, ALPHABET.length()).mapToObj(ALPHABET::charAt).forEach(id::append);
        return id.toString();
    }
}
