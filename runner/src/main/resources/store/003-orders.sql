-- The platform failed the job after its program had ended: what it left is kept for a retry.
ALTER TABLE job ADD COLUMN is_kept INTEGER NOT NULL DEFAULT 0;
-- When the program was about to be told to end, since the job's last change.
ALTER TABLE job ADD COLUMN stop_sent_at INTEGER;

CREATE INDEX job_kept ON job (changed_at) WHERE is_kept = 1;

-- When the daemon has taken up the flag's newest value.
ALTER TABLE flag ADD COLUMN seen_at INTEGER;
