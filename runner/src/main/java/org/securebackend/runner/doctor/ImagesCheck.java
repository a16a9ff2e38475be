package org.securebackend.runner.doctor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.securebackend.runner.executor.ExecutorException;
import org.securebackend.runner.job.ImageDigest;
import org.securebackend.runner.job.ImageName;

/** The images that jobs need now, and those that studies may ask for. */
public final class ImagesCheck implements Check {
    private static final int SHORT = "sha256:".length() + 12;

    private final Needed needed;
    private final Supplier<Map<String, ImageDigest>> present;

    /** What becomes of a job whose image is not there. */
    public enum Absent {
        FETCHED,
        WAITED_FOR
    }

    /**
     * What must and what should be there.
     *
     * @param now images of jobs that are not done, and of the runner's own helpers
     * @param allowed names without registry and version that studies may use
     */
    public record Needed(
            String registry,
            Supplier<Collection<ImageName>> now,
            Collection<String> allowed,
            Absent absent) {
        public Needed {
            allowed = List.copyOf(allowed);
        }
    }

    /**
     * @param present every image by each of its names, {@code registry/name:version}; throws {@link
     *     ExecutorException} if the engine cannot be asked
     */
    public ImagesCheck(Needed needed, Supplier<Map<String, ImageDigest>> present) {
        this.needed = needed;
        this.present = present;
    }

    @Override
    public String name() {
        return "images";
    }

    @Override
    public List<Finding> examine() {
        Map<String, ImageDigest> images;
        try {
            images = present.get();
        } catch (ExecutorException e) {
            return List.of(
                    Finding.failed(
                            name(), "not checked: " + e.getMessage(), "mend the engine first"));
        }
        var findings = new ArrayList<Finding>();
        for (ImageName image :
                new TreeSet<>(names(needed.now().get())).stream().map(ImageName::new).toList()) {
            ImageDigest digest = images.get(image.value());
            findings.add(
                    digest == null
                            ? absent(image)
                            : Finding.ok(
                                    name(),
                                    "%s is %s"
                                            .formatted(image, digest.value().substring(0, SHORT))));
        }
        findings.addAll(allowed(images));
        return findings;
    }

    private Finding absent(ImageName image) {
        String what = "%s is needed now, and is not on this host".formatted(image);
        return switch (needed.absent()) {
            case FETCHED ->
                    Finding.warning(name(), what, "nothing: containers.pull has it fetched");
            case WAITED_FOR ->
                    Finding.failed(name(), what, "docker pull %s, or load it".formatted(image));
        };
    }

    private static List<String> names(Collection<ImageName> images) {
        return images.stream().map(ImageName::value).toList();
    }

    private List<Finding> allowed(Map<String, ImageDigest> images) {
        var there = new TreeMap<String, TreeSet<String>>();
        images.keySet()
                .forEach(image -> {
                    int colon = image.lastIndexOf(':');
                    if (colon > 0) {
                        there.computeIfAbsent(image.substring(0, colon), _ -> new TreeSet<>())
                                .add(image.substring(colon + 1));
                    }
                });
        var found = new ArrayList<String>();
        var absent = new ArrayList<String>();
        for (String name : new TreeSet<>(needed.allowed())) {
            TreeSet<String> versions = there.get(needed.registry() + "/" + name);
            if (versions == null) {
                absent.add(name);
            } else {
                versions.forEach(version -> found.add(name + ":" + version));
            }
        }
        var findings = new ArrayList<Finding>();
        if (!found.isEmpty()) {
            findings.add(Finding.ok(name(), "studies can use " + String.join(", ", found)));
        }
        if (!absent.isEmpty()) {
            findings.add(
                    Finding.warning(
                            name(),
                            "no version is here of " + String.join(", ", absent),
                            "docker pull %s/NAME:VERSION for those that studies here use"
                                    .formatted(needed.registry())));
        }
        return findings;
    }
}
