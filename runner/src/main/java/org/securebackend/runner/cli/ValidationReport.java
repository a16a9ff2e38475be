package org.securebackend.runner.cli;

import java.nio.file.Path;
import org.securebackend.runner.pipeline.PipelineReading;

/** Shows what was found in files, one after the other. */
interface ValidationReport {
    String UNREADABLE = "the file cannot be read; is it there, and a regular file?";

    /** The file could not be opened. */
    void unreadable(Path file);

    /** The file was checked. */
    void checked(Path file, byte[] content, PipelineReading reading);
}
