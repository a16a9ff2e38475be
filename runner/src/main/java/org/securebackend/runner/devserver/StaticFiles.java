package org.securebackend.runner.devserver;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The page and what it is made of. */
final class StaticFiles implements Door.Handler {
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final Map<String, String> TYPES =
            Map.of(
                    "index.html", "text/html; charset=utf-8",
                    "style.css", "text/css; charset=utf-8",
                    "favicon.svg", "image/svg+xml",
                    "app.js", SCRIPT,
                    "dom.js", SCRIPT,
                    "home.js", SCRIPT,
                    "request.js", SCRIPT,
                    "job.js", SCRIPT,
                    "parts.js", SCRIPT);

    private final RequestBook book;

    StaticFiles(RequestBook book) {
        this.book = book;
    }

    @Override
    public Answer answer(Call call) throws IOException {
        if (!call.method().equals("GET")) {
            return Answer.wrongMethod("GET");
        }
        String path = call.path();
        if (path.startsWith("/static/")) {
            return file(path.substring("/static/".length()));
        }
        if (path.equals("/") || path.matches("/requests/[A-Za-z0-9_-]+(/jobs/[^/]+)?/?")) {
            return file("index.html");
        }
        if (path.matches("/jobs/[^/]+/?")) {
            return job(call.parts().getLast());
        }
        return path.equals("/favicon.ico") ? file("favicon.svg") : Answer.notFound();
    }

    private Answer job(String id) {
        return book.requestOf(id)
                .map(request -> Answer.redirect(302, "/requests/" + request + "/jobs/" + id))
                .orElseGet(Answer::notFound);
    }

    private static Answer file(String name) throws IOException {
        String type = TYPES.get(name);
        if (type == null) {
            return Answer.notFound();
        }
        try (InputStream file = StaticFiles.class.getResourceAsStream("/devserver/" + name)) {
            return file == null
                    ? Answer.notFound()
                    : new Answer.Whole(
                            200,
                            type,
                            new String(file.readAllBytes(), StandardCharsets.UTF_8),
                            Map.of());
        }
    }
}
