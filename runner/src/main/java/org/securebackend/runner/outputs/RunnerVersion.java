package org.securebackend.runner.outputs;

/** This program's version, as manifests record it. */
final class RunnerVersion {
    private RunnerVersion() {}

    static String text() {
        String version = RunnerVersion.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
