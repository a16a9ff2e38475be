package org.securebackend.runner.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.CommitId;
import org.securebackend.runner.source.StudySource;
import org.securebackend.runner.source.TreeSink;

/** One commit of one study, in memory. */
final class MemoryStudy implements StudySource {
    private final List<String> directories = new ArrayList<>();
    private final Map<String, String> files = new LinkedHashMap<>(Map.of("analysis.py", "run()"));
    private final Map<String, String> links = new LinkedHashMap<>();
    private final Deque<Exception> failures = new ArrayDeque<>();
    private Runnable whenExported = () -> {};

    void file(String path) {
        files.put(path, "study's own");
    }

    void directory(String path) {
        directories.add(path);
    }

    void link(String path, String target) {
        links.put(path, target);
    }

    /** The next exports fail so, one each. */
    void failNext(Exception... next) {
        failures.addAll(List.of(next));
    }

    void whenExported(Runnable action) {
        whenExported = action;
    }

    @Override
    public void export(CodeLocation code, TreeSink sink) throws IOException {
        Exception failure = failures.poll();
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure instanceof RuntimeException runtime) {
            throw runtime;
        }
        for (String directory : directories) {
            sink.directory(directory);
        }
        for (var file : files.entrySet()) {
            var bytes = new ByteArrayInputStream(file.getValue().getBytes(UTF_8));
            sink.file(file.getKey(), Channels.newChannel(bytes), false);
        }
        for (var link : links.entrySet()) {
            sink.link(link.getKey(), link.getValue());
        }
        whenExported.run();
    }

    @Override
    public CodeLocation checkStudy(String repositoryUrl, String branch, String commit) {
        return new CodeLocation(repositoryUrl, new CommitId(commit));
    }

    @Override
    public CodeLocation checkAction(String name, String version) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<byte[]> file(CodeLocation code, String path) {
        return Optional.ofNullable(files.get(path)).map(text -> text.getBytes(UTF_8));
    }

    @Override
    public CommitId head(String repositoryUrl, String branch) {
        throw new UnsupportedOperationException();
    }
}
