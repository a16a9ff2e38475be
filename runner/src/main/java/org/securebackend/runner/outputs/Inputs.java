package org.securebackend.runner.outputs;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.securebackend.runner.executor.EntryContent;
import org.securebackend.runner.executor.WorkspaceEntry;
import org.securebackend.runner.job.OutputFile;
import org.securebackend.runner.outputs.storage.Copying;

/**
 * What was put into a job's workspace as its inputs. One that is found there as it was, is no
 * output of that job: its patterns decide neither its level nor its owner.
 */
final class Inputs {
    private final Map<String, OutputFile> byPath = new HashMap<>();
    private int untouched;

    Inputs(List<OutputFile> inputs) {
        inputs.forEach(input -> byPath.put(input.path(), input));
    }

    /** Whether this is an input, its content unchanged. Asked once for each file. */
    boolean isUntouched(WorkspaceEntry entry, EntryContent content) throws IOException {
        OutputFile input = byPath.get(entry.path());
        if (input == null || input.bytes() != entry.bytes() || !holds(content, input)) {
            return false;
        }
        untouched++;
        return true;
    }

    private static boolean holds(EntryContent content, OutputFile input) throws IOException {
        try (ReadableByteChannel bytes = content.open()) {
            return Copying.hash(bytes, input.bytes()).equals(input.sha256());
        }
    }

    /** What there is to say of those that were found, for the job's log. */
    Optional<String> note() {
        return untouched == 0
                ? Optional.empty()
                : Optional.of(
                        "%d files that match are inputs which the action left as they were; they stay outputs of the actions that made them"
                                .formatted(untouched));
    }
}
