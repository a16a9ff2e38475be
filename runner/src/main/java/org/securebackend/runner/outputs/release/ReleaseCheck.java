package org.securebackend.runner.outputs.release;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.securebackend.runner.job.CheckResult;
import org.securebackend.runner.job.CheckResult.Check;
import org.securebackend.runner.job.CheckResult.Verdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whether a moderately sensitive file may go to level 4, by its name and content. */
public final class ReleaseCheck {
    private static final Logger LOG = LoggerFactory.getLogger(ReleaseCheck.class);

    private final ReleasePolicy policy;

    public ReleaseCheck(ReleasePolicy policy) {
        this.policy = policy;
    }

    /** Opens the bytes that would be released. */
    @FunctionalInterface
    public interface Candidate {
        FileChannel open() throws IOException;
    }

    /**
     * What was found.
     *
     * @param reasons why it must stay out, in short; none: it may go
     * @param rows records below the header of a CSV file
     * @param columns of the first record of a CSV file
     * @param checks what each check said; empty if none was to be made
     */
    public record Finding(
            List<String> reasons,
            OptionalLong rows,
            OptionalLong columns,
            List<CheckResult> checks) {
        public Finding {
            reasons = List.copyOf(reasons);
            checks = List.copyOf(checks);
        }

        /** Of a file that is not meant for level 4. */
        public static Finding notMade() {
            return new Finding(List.of(), OptionalLong.empty(), OptionalLong.empty(), List.of());
        }

        /** The same with the verdict of a check that was made elsewhere; no reason: it passed. */
        public Finding with(Check check, Optional<String> reason) {
            var verdict = reason.isPresent() ? Verdict.FAILED : Verdict.PASSED;
            List<String> allReasons = new ArrayList<>(reasons);
            reason.ifPresent(allReasons::add);
            List<CheckResult> allChecks =
                    checks.stream()
                            .map(result ->
                                    result.check() == check
                                            ? new CheckResult(check, verdict)
                                            : result)
                            .toList();
            return new Finding(allReasons, rows, columns, allChecks);
        }

        /** All reasons in one line. */
        public Optional<String> shortReason() {
            return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", reasons));
        }
    }

    /**
     * Checks size, type and content, in that order; content only if the others are in order
     * (executor-and-outputs.md, section 9).
     *
     * @param path its last suffix is its type
     * @throws IOException only if reading fails, not for anything that a job can write
     */
    public Finding check(String path, Candidate candidate) throws IOException {
        var verdicts = new Verdicts();
        try (FileChannel file = candidate.open()) {
            verdicts.made(Check.SIZE);
            if (file.size() > policy.maxBytes()) {
                return verdicts.fail(Reasons.tooLarge(file.size(), policy.maxBytes())).finding();
            }
            verdicts.made(Check.FILE_TYPE);
            String type = type(path);
            if (!policy.fileTypes().contains(type)) {
                return verdicts.fail(Reasons.WRONG_TYPE).finding();
            }
            look(type, file, verdicts);
            return verdicts.finding();
        }
    }

    /** Whatever happens while a hostile file is read keeps that file out, and nothing else. */
    private void look(String type, FileChannel file, Verdicts verdicts) throws IOException {
        try {
            content(type, file, verdicts);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            LOG.warn("a check of a {} file could not be finished: the file is kept out", type, e);
            verdicts.fail(Reasons.NOT_FINISHED);
        }
    }

    private void content(String type, FileChannel file, Verdicts verdicts) throws IOException {
        InputStream bytes = Channels.newInputStream(file);
        switch (type) {
            case ".csv" -> new CsvCheck(policy, ',').check(bytes, verdicts);
            case ".tsv" -> new CsvCheck(policy, '\t').check(bytes, verdicts);
            case ".txt", ".log", ".md" -> new PlainTextCheck(policy).check(bytes, verdicts);
            case ".json" -> new JsonCheck(policy).check(bytes, verdicts);
            case ".html", ".htm" -> new MarkupCheck(policy).html(bytes, verdicts);
            case ".svg" -> new MarkupCheck(policy).svg(bytes, verdicts);
            case ".svgz" -> new MarkupCheck(policy).compressedSvg(bytes, verdicts);
            case ".png" -> image(PngCheck.isPng(bytes), verdicts);
            case ".jpg", ".jpeg" -> image(JpegCheck.isJpeg(bytes), verdicts);
            default -> verdicts.fail(Reasons.NO_CHECK);
        }
    }

    private static void image(boolean isOne, Verdicts verdicts) {
        verdicts.made(Check.CONTENT, Check.EMBEDDED_DATA);
        if (!isOne) {
            verdicts.fail(Reasons.NOT_AN_IMAGE);
        }
    }

    /** The last suffix with its dot; empty if there is none, or nothing before it. */
    private static String type(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(dot) : "";
    }
}
