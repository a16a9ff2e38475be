package org.securebackend.runner.devserver;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Requests and reports. */
final class Samples {
    static final NewRequest.Study STUDY =
            new NewRequest.Study(
                    "https://github.com/opensafely/FLUCATS",
                    "main",
                    "0478b820776dfc4189a97bb903b7fd0c00db1346",
                    "flucats");

    private Samples() {}

    static NewRequest request(String id) {
        return NewRequest.of("emis", STUDY, "run_all").named(id);
    }

    static String report(String... jobs) {
        return Arrays.stream(jobs).collect(Collectors.joining(",", "[", "]"));
    }

    /** A job whose id is made of its request and action. */
    static String job(String request, String action, String status) {
        boolean started = !status.equals("pending");
        boolean done = status.equals("failed") || status.equals("succeeded");
        return """
        {"identifier":"%1$s-%2$s","job_request_id":"%1$s","action":"%2$s","run_command":null,
         "status":"%3$s","status_code":"code","status_message":"message",
         "created_at":"2022-08-16T11:05:00Z","updated_at":null,"started_at":%4$s,"completed_at":%5$s}
        """
                .formatted(
                        request,
                        action,
                        status,
                        started ? "\"2022-08-16T11:05:02Z\"" : "null",
                        done ? "\"2022-08-17T05:26:30Z\"" : "null");
    }
}
