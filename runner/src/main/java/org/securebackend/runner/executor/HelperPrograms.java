package org.securebackend.runner.executor;

/**
 * Runs small programs of the runner's own, such as one that asks the database something, in the
 * very surroundings of jobs: no other network, no more rights.
 */
public interface HelperPrograms {
    /**
     * Runs a program and waits for its end; blocks for as long as its limit and a few calls to the
     * engine. Nothing is left of it afterwards, nor of one of the same purpose that a crash left
     * behind. Never called twice at a time for one purpose.
     *
     * @throws ExecutorException if the engine refuses or cannot be asked
     */
    HelperEnd run(HelperProgram program);
}
