package org.securebackend.runner.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs benchmarks by name and prints a table; figures also go to a JSON file. */
public final class Bench {
    private Bench() {}

    /** One benchmark. */
    interface Benchmark {
        List<Figure> run() throws Exception;
    }

    public static void main(String[] args) throws Exception {
        Map<String, Benchmark> all = new LinkedHashMap<>();
        all.put("latency", new LatencyBench());
        all.put("throughput", new ThroughputBench());
        all.put("cancel", new CancelBench());
        all.put("idle", new IdleBench());
        all.put("planning", new PlanningBench());
        all.put("arrival", new ArrivalBench());
        all.put("outputs", OutputsBench::measure);
        all.put("fuzz", new FuzzBench());
        all.put("scale", new ScaleBench());
        all.put("simulator", new SimulatorBench());
        all.put("restart", new RestartBench());
        all.put("busy", new BusyBench());
        Path file = Path.of(args[0]);
        List<String> names =
                args.length > 1 ? List.of(args).subList(1, args.length) : List.copyOf(all.keySet());
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("at", Instant.now().toString());
        json.put("processors", Runtime.getRuntime().availableProcessors());
        boolean reached = true;
        System.out.println(Figure.heading());
        for (String name : names) {
            Benchmark benchmark = all.get(name);
            if (benchmark == null) {
                System.err.printf("no benchmark %s; there are: %s%n", name, all.keySet());
                System.exit(2);
                return;
            }
            var array = json.putArray(name);
            for (Figure figure : benchmark.run()) {
                System.out.println(figure.line());
                array.add(figure.json());
                reached &= figure.isReached();
            }
        }
        write(file, json);
        System.out.println(
                reached ? "every aim reached" : "NOT every aim was reached: see the lines above");
        System.out.println("figures: " + file);
        System.exit(0);
    }

    private static void write(Path file, ObjectNode json) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(
                file,
                new ObjectMapper()
                                .enable(SerializationFeature.INDENT_OUTPUT)
                                .writeValueAsString(json)
                        + "\n");
    }
}
