package org.securebackend.runner.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A real repository, made by the git command with nobody's configuration. */
public final class TestRepository {
    private final Path bare;
    private final Path work;

    private TestRepository(Path bare, Path work) {
        this.bare = bare;
        this.work = work;
    }

    /** An empty bare repository {@code NAME.git} in {@code folder}, and a clone to work in. */
    public static TestRepository create(Path folder, String name) {
        try {
            Path bare = Files.createDirectories(folder.resolve(name + ".git"));
            Path work = Files.createTempDirectory(folder, "work-");
            var repository = new TestRepository(bare, work);
            repository.run(bare, "init", "-q", "--bare", "-b", "main", ".");
            repository.run(bare, "config", "uploadpack.allowAnySHA1InWant", "true");
            repository.run(bare, "config", "uploadpack.allowFilter", "true");
            repository.run(work, "init", "-q", "-b", "main", ".");
            repository.run(work, "remote", "add", "origin", bare.toString());
            return repository;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path bare() {
        return bare;
    }

    public Path work() {
        return work;
    }

    public TestRepository write(String path, String text) {
        try {
            Path file = work.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Commits all there is; the new commit's id. */
    public String commit() {
        git("add", "-A");
        git("commit", "-q", "--allow-empty", "-m", "change");
        return git("rev-parse", "HEAD");
    }

    /** {@code count} commits of one file, ids oldest first. */
    List<String> commits(int count) {
        var ids = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            ids.add(write("counter.txt", "%d of %d".formatted(i, count)).commit());
        }
        return ids;
    }

    public TestRepository push(String... what) {
        var words = new ArrayList<>(List.of("push", "-q", "-f", "origin"));
        words.addAll(List.of(what));
        git(words.toArray(String[]::new));
        return this;
    }

    public String git(String... words) {
        return run(work, words);
    }

    String run(Path directory, String... words) {
        return feed(directory, "", words);
    }

    String feed(Path directory, String input, String... words) {
        try {
            var command = new ArrayList<String>();
            command.add("git");
            command.addAll(List.of("-c", "user.name=A", "-c", "user.email=a@example.org"));
            command.addAll(
                    List.of("-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always"));
            command.addAll(List.of(words));
            var builder = new ProcessBuilder(command).directory(directory.toFile());
            builder.redirectErrorStream(true);
            builder.environment().putAll(environment());
            Process process = builder.start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", words) + ": " + output);
            }
            return output.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static Map<String, String> environment() {
        return Map.of(
                "GIT_CONFIG_GLOBAL", "/dev/null",
                "GIT_CONFIG_SYSTEM", "/dev/null",
                "GIT_TERMINAL_PROMPT", "0",
                "HOME", "/nonexistent");
    }
}
