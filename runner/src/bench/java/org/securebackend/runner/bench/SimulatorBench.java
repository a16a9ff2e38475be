package org.securebackend.runner.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.securebackend.runner.scheduler.Simulation;
import org.securebackend.runner.scheduler.Simulation.Outcome;
import org.securebackend.runner.scheduler.Simulation.Plan;
import org.securebackend.runner.scheduler.Simulation.Restarts;
import org.securebackend.runner.scheduler.Simulation.Wait;

/**
 * Days of a busy backend, with the real scheduler: what must hold is checked at every decision, and
 * the days are played again with restarts. Tells how full the backend was and how long jobs waited.
 */
final class SimulatorBench implements Bench.Benchmark {
    private static final long FIRST_SEED = Long.getLong("bench.simulator.seed", 100);
    private static final int SEEDS = Integer.getInteger("bench.simulator.seeds", 6);
    private static final int REQUESTS = 150;
    private static final Duration PERIOD = Duration.ofDays(3);

    @Override
    public List<Figure> run() throws Exception {
        var figures = new ArrayList<Figure>();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            long start = System.nanoTime();
            Outcome outcome = Simulation.run(new Plan(seed, REQUESTS, PERIOD, Restarts.NONE));
            double seconds = (System.nanoTime() - start) / 1e9;
            Outcome again = Simulation.run(new Plan(seed, REQUESTS, PERIOD, Restarts.RANDOM));
            if (!again.decisions().equals(outcome.decisions())) {
                throw new AssertionError("seed %d: restarts changed decisions".formatted(seed));
            }
            String name = "seed " + seed + ": ";
            figures.add(Figure.lower(name + "real time", seconds, "s"));
            figures.add(Figure.higher(name + "workers in use", outcome.workers() * 100, "%"));
            figures.add(
                    Figure.higher(
                            name + "database's in use while wanted",
                            outcome.database() * 100,
                            "%"));
            for (Wait wait : outcome.waits()) {
                String kind = "%s%d %s jobs wait ".formatted(name, wait.jobs(), wait.kind());
                figures.add(Figure.lower(kind + "mean", minutes(wait.mean()), "min"));
                figures.add(Figure.lower(kind + "longest", minutes(wait.longest()), "min"));
            }
        }
        return figures;
    }

    private static double minutes(Duration time) {
        return time.toSeconds() / 60.0;
    }
}
