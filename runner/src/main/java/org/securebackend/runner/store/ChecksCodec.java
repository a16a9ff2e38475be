package org.securebackend.runner.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.securebackend.runner.job.CheckResult;
import org.securebackend.runner.job.CheckResult.Check;
import org.securebackend.runner.job.CheckResult.Verdict;

/** The column {@code job_output.checks}: verdicts by check. NULL: nothing was checked. */
final class ChecksCodec {
    private ChecksCodec() {}

    static @Nullable String write(List<CheckResult> checks) {
        if (checks.isEmpty()) {
            return null;
        }
        ObjectNode node = Json.object();
        for (CheckResult result : checks) {
            node.put(result.check().name(), result.verdict().name());
        }
        return Json.write(node);
    }

    /** The checks in {@link Check}'s order. */
    static List<CheckResult> read(@Nullable String content) {
        if (content == null) {
            return List.of();
        }
        JsonNode node = Json.read(content);
        var checks = new ArrayList<CheckResult>();
        for (Check check : Check.values()) {
            if (node.has(check.name())) {
                checks.add(new CheckResult(check, Json.choice(node, check.name(), Verdict.class)));
            }
        }
        return checks;
    }
}
