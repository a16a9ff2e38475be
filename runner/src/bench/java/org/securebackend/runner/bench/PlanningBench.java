package org.securebackend.runner.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.securebackend.runner.job.JobRequest;
import org.securebackend.runner.job.TestRequests;
import org.securebackend.runner.pipeline.PipelineParser;
import org.securebackend.runner.pipeline.PipelineReading;
import org.securebackend.runner.planning.JobPlanner;
import org.securebackend.runner.planning.Plan;
import org.yaml.snakeyaml.Yaml;

/** Reading, checking and planning a large project.yaml, beside SnakeYAML's own load of the text. */
final class PlanningBench implements Bench.Benchmark {
    @Override
    public List<Figure> run() {
        return List.of(measure(1_000, 100), measure(10_000, 1_000));
    }

    private static Figure measure(int actions, double aimMillis) {
        String text = project(actions);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var ours = new ArrayList<Double>();
        var floor = new ArrayList<Double>();
        int rounds = 20;
        for (int i = 0; i < rounds; i++) {
            ours.add(millis(() -> plan(bytes, actions)));
            floor.add(millis(() -> new Yaml().load(text)));
        }
        return Figure.lower(
                        "parse, check and plan %d actions".formatted(actions),
                        Numbers.median(ours.subList(rounds / 2, rounds)),
                        "ms")
                .besideFloor(Numbers.median(floor.subList(rounds / 2, rounds)))
                .aimingAt(aimMillis);
    }

    private static double millis(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e6;
    }

    private static void plan(byte[] bytes, int actions) {
        if (!(PipelineParser.read(bytes) instanceof PipelineReading.Valid valid)
                || !(JobPlanner.plan(request(), valid.pipeline(), List.of())
                        instanceof Plan.Run run)
                || run.actions().size() != actions) {
            throw new IllegalStateException("not planned");
        }
    }

    private static JobRequest request() {
        return TestRequests.of("bench", "w", "run_all");
    }

    private static String project(int actions) {
        var text = new StringBuilder("version: '4.0'\nactions:\n");
        for (int i = 0; i < actions; i++) {
            text.append("  action_%d:\n".formatted(i));
            text.append(
                    "    run: python:v2 python analysis/script_%d.py --number %d\n"
                            .formatted(i, i));
            if (i > 0) {
                text.append("    needs: [action_%d]\n".formatted(i - 1));
            }
            text.append("    outputs:\n      moderately_sensitive:\n");
            text.append("        table: output/table_%d.csv\n".formatted(i));
        }
        return text.toString();
    }
}
