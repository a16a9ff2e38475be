-- What a job's program has used; processor in percent of one, memory in MiB.
CREATE TABLE job_metrics (
    job INTEGER PRIMARY KEY REFERENCES job (seq),
    program TEXT NOT NULL,
    measured_at INTEGER NOT NULL,
    processor_nanos INTEGER NOT NULL,
    processor_sample REAL NOT NULL,
    processor_sum REAL NOT NULL,
    processor_mean REAL NOT NULL,
    processor_peak REAL NOT NULL,
    memory_sample REAL NOT NULL,
    memory_sum REAL NOT NULL,
    memory_mean REAL NOT NULL,
    memory_peak REAL NOT NULL
) STRICT;
