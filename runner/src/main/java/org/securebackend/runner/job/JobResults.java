package org.securebackend.runner.job;

import java.util.List;

/**
 * What was found in a job's workspace after its program had ended.
 *
 * @param outputs the files that its patterns named, sorted by path
 * @param unmatchedPatterns patterns that matched no file, in the order of project.yaml
 * @param unmatchedFiles new files that no pattern matched, sorted, perhaps not all
 * @param notCollected what a pattern named but cannot be an output
 * @param notes remarks for the job's log, such as which of two patterns decided a file's level
 */
public record JobResults(
        List<OutputFile> outputs,
        List<String> unmatchedPatterns,
        List<String> unmatchedFiles,
        List<NotCollected> notCollected,
        List<String> notes) {

    public JobResults {
        outputs = List.copyOf(outputs);
        unmatchedPatterns = List.copyOf(unmatchedPatterns);
        unmatchedFiles = List.copyOf(unmatchedFiles);
        notCollected = List.copyOf(notCollected);
        notes = List.copyOf(notes);
    }

    /** Something that matched a pattern and was refused; {@code why} is for the job's log. */
    public record NotCollected(String path, String why) {}

    /** How many moderately sensitive files were kept out of level 4. */
    public int notReleased() {
        return (int) outputs.stream().filter(file -> file.notReleased().isPresent()).count();
    }
}
