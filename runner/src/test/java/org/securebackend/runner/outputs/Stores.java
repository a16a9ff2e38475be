package org.securebackend.runner.outputs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.securebackend.runner.outputs.log.LogLimits;
import org.securebackend.runner.outputs.log.Secrets;
import org.securebackend.runner.outputs.release.ReleasePolicy;
import org.securebackend.runner.outputs.storage.StorageModes;

/** Two storages in a temporary folder. */
record Stores(Path high, Path medium, Records records) {
    static final String SECRET = "pa$$w0rd/with\"quote";
    static final Clock CLOCK = Clock.fixed(Jobs.END, ZoneOffset.UTC);

    static Stores in(Path folder) throws IOException {
        return new Stores(
                Files.createDirectories(folder.resolve("high")),
                Files.createDirectories(folder.resolve("medium")),
                new Records());
    }

    OutputsSettings settings() {
        return new OutputsSettings(
                high,
                medium,
                StorageModes.standard(),
                CollectLimits.standard(),
                ReleasePolicy.standard(),
                new OutputsSettings.Logs(
                        LogLimits.standard(),
                        OutputsSettings.Level4Logs.SHOWN,
                        Secrets.of(List.of(SECRET)),
                        ZoneId.of("Europe/London")));
    }

    FileOutputs outputs() {
        return new FileOutputs(settings(), records, CLOCK);
    }

    /** Everything in both storages: path to content, {@code link} or {@code folder}. */
    SortedMap<String, String> tree() throws IOException {
        var tree = new TreeMap<String, String>();
        for (Path base : List.of(high, medium)) {
            try (Stream<Path> all = Files.walk(base)) {
                for (Path path : all.filter(one -> !one.equals(base)).toList()) {
                    tree.put(base.getFileName() + "/" + base.relativize(path), content(path));
                }
            }
        }
        return tree;
    }

    private static String content(Path path) throws IOException {
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return Files.readString(path).replaceAll("\"timestamp\": [0-9.]+", "\"timestamp\": 0");
        }
        return Files.isSymbolicLink(path) ? "link" : "folder";
    }

    String highFile(String path) throws IOException {
        return Files.readString(high.resolve("workspaces/tea").resolve(path));
    }

    Path inHigh(String path) {
        return high.resolve("workspaces/tea").resolve(path);
    }

    Path inMedium(String path) {
        return medium.resolve("workspaces/tea").resolve(path);
    }
}
