package org.securebackend.runner.outputs.release;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Decides whether a moderately sensitive file may go to level 4, by its name and content. */
public final class ReleaseCheck {
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
     */
    public record Finding(List<String> reasons, OptionalLong rows, OptionalLong columns) {
        public Finding {
            reasons = List.copyOf(reasons);
        }

        static Finding of(List<String> reasons) {
            return new Finding(reasons, OptionalLong.empty(), OptionalLong.empty());
        }

        /** The same, with one reason more. */
        public Finding with(String reason) {
            return new Finding(
                    Stream.concat(reasons.stream(), Stream.of(reason)).toList(), rows, columns);
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
        try (FileChannel file = candidate.open()) {
            if (file.size() > policy.maxBytes()) {
                return Finding.of(List.of(Reasons.tooLarge(file.size(), policy.maxBytes())));
            }
            String type = type(path);
            if (!policy.fileTypes().contains(type)) {
                return Finding.of(List.of(Reasons.wrongType()));
            }
            return content(type, file);
        }
    }

    private Finding content(String type, FileChannel file) throws IOException {
        InputStream bytes = Channels.newInputStream(file);
        return switch (type) {
            case ".csv" -> new CsvCheck(policy, ',').check(bytes);
            case ".tsv" -> new CsvCheck(policy, '\t').check(bytes);
            case ".txt", ".log", ".md" -> Finding.of(new PlainTextCheck(policy).check(bytes));
            case ".json" -> Finding.of(new JsonCheck(policy).check(bytes));
            case ".html", ".htm" -> Finding.of(new MarkupCheck(policy).html(bytes));
            case ".svg" -> Finding.of(new MarkupCheck(policy).svg(bytes));
            case ".svgz" -> Finding.of(new MarkupCheck(policy).compressedSvg(bytes));
            case ".png" -> Finding.of(ImageCheck.png(bytes));
            case ".jpg", ".jpeg" -> Finding.of(ImageCheck.jpeg(bytes));
            default -> Finding.of(List.of(Reasons.NO_CHECK));
        };
    }

    /** The last suffix with its dot; empty if there is none, or nothing before it. */
    private static String type(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(dot) : "";
    }
}
