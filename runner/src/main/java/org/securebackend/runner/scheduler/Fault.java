package org.securebackend.runner.scheduler;

/** What a step throws where it knows whose fault it is; the text is for the job's user. */
abstract sealed class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String text;

    private Fault(String text) {
        super(text);
        this.text = text;
    }

    private Fault(String text, Throwable cause) {
        super(text, cause);
        this.text = text;
    }

    String text() {
        return text;
    }

    /** The study, its inputs or its workspace are not as the job needs them. */
    static final class OfUser extends Fault {
        private static final long serialVersionUID = 1L;

        OfUser(String text) {
            super(text);
        }

        OfUser(String text, Throwable cause) {
            super(text, cause);
        }
    }

    /** The platform cannot do it now. */
    static final class Passing extends Fault {
        private static final long serialVersionUID = 1L;

        Passing(String text) {
            super(text);
        }

        Passing(String text, Throwable cause) {
            super(text, cause);
        }
    }

    /** The platform cannot do it, however often it is tried. */
    static final class Lasting extends Fault {
        private static final long serialVersionUID = 1L;

        Lasting(String text) {
            super(text);
        }
    }
}
