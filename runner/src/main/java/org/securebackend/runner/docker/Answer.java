package org.securebackend.runner.docker;

/** What the engine said, where it said something sensible. */
sealed interface Answer<T> {

    record Given<T>(T value) implements Answer<T> {}

    /** There is no such thing. */
    record NotFound<T>(String message) implements Answer<T> {}

    /** Something else is in the way: a name that is taken, a removal that is under way. */
    record Conflict<T>(String message) implements Answer<T> {}
}
