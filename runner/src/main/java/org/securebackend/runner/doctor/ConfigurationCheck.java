package org.securebackend.runner.doctor;

import java.util.List;

/** What the configuration says that cannot be right on a real backend, though it can be read. */
public final class ConfigurationCheck implements Check {
    private final List<Doubt> doubts;
    private final String summary;

    /** Something that is worth a word. */
    public record Doubt(String what, String remedy) {}

    /**
     * @param summary what it is, if there are no doubts
     */
    public ConfigurationCheck(String summary, List<Doubt> doubts) {
        this.summary = summary;
        this.doubts = List.copyOf(doubts);
    }

    @Override
    public String name() {
        return "configuration";
    }

    @Override
    public List<Finding> examine() {
        return doubts.isEmpty()
                ? List.of(Finding.ok(name(), summary))
                : doubts.stream()
                        .map(doubt -> Finding.failed(name(), doubt.what(), doubt.remedy()))
                        .toList();
    }
}
