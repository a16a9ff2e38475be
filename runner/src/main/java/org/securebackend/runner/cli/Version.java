package org.securebackend.runner.cli;

import picocli.CommandLine.IVersionProvider;

/** The program's version, from its package. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"runner " + text(), "Java " + Runtime.version()};
    }

    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
