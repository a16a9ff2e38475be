package org.securebackend.runner.job;

/**
 * Where tests break things. The daemon that is shipped has {@link #NONE}, and no setting that
 * changes it.
 */
public interface FaultPoints {
    FaultPoints NONE = _ -> {};

    /** The place was reached; a test's daemon may stay here for ever. */
    void reach(EffectPoint point);
}
