package org.securebackend.runner.doctor;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.securebackend.runner.source.SourceRefusedException;
import org.securebackend.runner.source.SourceUnavailableException;
import org.securebackend.runner.source.StudySource;

/** Whether studies can be fetched, tried with one that is known here. */
public final class GitCheck implements Check {
    private final StudySource source;
    private final Supplier<Optional<Study>> study;

    /** A study's repository and branch. */
    public record Study(String repository, String branch) {}

    /**
     * @param study one that ran or waits here, if there is one
     */
    public GitCheck(StudySource source, Supplier<Optional<Study>> study) {
        this.source = source;
        this.study = study;
    }

    @Override
    public String name() {
        return "git";
    }

    @Override
    public List<Finding> examine() {
        Optional<Study> known = study.get();
        if (known.isEmpty()) {
            return List.of(
                    Finding.warning(
                            name(),
                            "not checked: no study is known here yet",
                            "look again once a job was requested"));
        }
        String repository = known.get().repository();
        try {
            source.head(repository, known.get().branch());
            return List.of(Finding.ok(name(), repository + " can be read"));
        } catch (SourceUnavailableException e) {
            return List.of(
                    Finding.failed(
                            name(),
                            "%s cannot be read: %s".formatted(repository, e.getMessage()),
                            "see the way to the proxy that source.rewrite names, and whether it is up"));
        } catch (SourceRefusedException e) {
            return List.of(
                    Finding.warning(
                            name(),
                            "%s is refused: %s".formatted(repository, e.getMessage()),
                            "if it is private, see PRIVATE_REPO_ACCESS_TOKEN; it may also be gone, or its branch"));
        }
    }
}
