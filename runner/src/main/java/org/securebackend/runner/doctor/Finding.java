package org.securebackend.runner.doctor;

/**
 * One thing that was found.
 *
 * @param check which check found it
 * @param what is so
 * @param remedy what to do; empty if there is nothing to mend
 */
public record Finding(String check, Verdict verdict, String what, String remedy) {
    /** How bad it is. */
    public enum Verdict {
        OK,
        /** Jobs run, but somebody should look. */
        WARNING,
        /** Some or all jobs will not run, or not safely. */
        FAILED,
        /** The engine or the server does not answer, so that much else cannot be looked at. */
        UNREACHABLE
    }

    static Finding ok(String check, String what) {
        return new Finding(check, Verdict.OK, what, "");
    }

    static Finding warning(String check, String what, String remedy) {
        return new Finding(check, Verdict.WARNING, what, remedy);
    }

    static Finding failed(String check, String what, String remedy) {
        return new Finding(check, Verdict.FAILED, what, remedy);
    }

    static Finding unreachable(String check, String what, String remedy) {
        return new Finding(check, Verdict.UNREACHABLE, what, remedy);
    }
}
