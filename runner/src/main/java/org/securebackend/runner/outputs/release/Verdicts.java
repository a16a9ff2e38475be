package org.securebackend.runner.outputs.release;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.securebackend.runner.job.CheckResult;
import org.securebackend.runner.job.CheckResult.Check;
import org.securebackend.runner.job.CheckResult.Verdict;
import org.securebackend.runner.outputs.release.ReleaseCheck.Finding;

/** Gathers what the checks of one file say. */
final class Verdicts {
    private final Map<Check, Verdict> verdicts = new EnumMap<>(Check.class);
    private final Set<String> reasons = new LinkedHashSet<>();
    private OptionalLong rows = OptionalLong.empty();
    private OptionalLong columns = OptionalLong.empty();

    /** These were made; they passed unless a reason says otherwise, before or after. */
    Verdicts made(Check... checks) {
        for (Check check : checks) {
            verdicts.putIfAbsent(check, Verdict.PASSED);
        }
        return this;
    }

    Verdicts fail(Reason reason) {
        verdicts.put(reason.check(), Verdict.FAILED);
        reasons.add(reason.text());
        return this;
    }

    Verdicts fail(Optional<Reason> reason) {
        reason.ifPresent(this::fail);
        return this;
    }

    /** What a CSV file's records came to. */
    void counted(long rowsFound, long columnsFound) {
        rows = OptionalLong.of(rowsFound);
        columns = OptionalLong.of(columnsFound);
    }

    Finding finding() {
        List<CheckResult> results = new ArrayList<>();
        for (Check check : Check.values()) {
            results.add(new CheckResult(check, verdicts.getOrDefault(check, Verdict.NOT_MADE)));
        }
        return new Finding(List.copyOf(reasons), rows, columns, results);
    }
}
