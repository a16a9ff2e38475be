package org.securebackend.runner.scheduler;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.securebackend.runner.executor.ProgramSpec.DatabaseAddress;
import org.securebackend.runner.job.Work;
import org.securebackend.runner.pipeline.DataKind;

/**
 * The variables that a job's program is given (executor-and-outputs.md, section 2). Values may be
 * secret: never in a log, a message or {@link #toString}.
 *
 * @param always for every job
 * @param withDatabase for jobs with database access, besides their database's URL
 * @param byImage for jobs of these images, by image name
 * @param databases URL and host by database name
 */
public record JobEnvironment(
        DataKind data,
        Map<String, String> always,
        Map<String, String> withDatabase,
        Map<String, Map<String, String>> byImage,
        Map<String, Database> databases) {

    public JobEnvironment {
        always = Map.copyOf(always);
        withDatabase = Map.copyOf(withDatabase);
        byImage = Map.copyOf(byImage);
        databases = Map.copyOf(databases);
    }

    /** A database as programs reach it. */
    public record Database(String url, DatabaseAddress address) {
        @Override
        public String toString() {
            return "Database[address=" + address + "]";
        }
    }

    Map<String, String> variables(Work work) {
        var variables = new LinkedHashMap<>(always);
        if (work.hasDatabaseAccess(data)) {
            variables.put("DATABASE_URL", databaseOf(work).url());
            variables.putAll(withDatabase);
        }
        variables.putAll(byImage.getOrDefault(work.command().image(), Map.of()));
        return variables;
    }

    Optional<DatabaseAddress> database(Work work) {
        return work.hasDatabaseAccess(data)
                ? Optional.of(databaseOf(work).address())
                : Optional.empty();
    }

    private Database databaseOf(Work work) {
        Database database = databases.get(work.databaseName());
        if (database == null) {
            throw new Fault.Lasting(
                    "The database %s is not configured on this backend"
                            .formatted(work.databaseName()));
        }
        return database;
    }

    @Override
    public String toString() {
        return "JobEnvironment[always=%s, withDatabase=%s, byImage=%s, databases=%s]"
                .formatted(
                        always.keySet(),
                        withDatabase.keySet(),
                        byImage.keySet(),
                        databases.keySet());
    }
}
