-- Times are nanoseconds since the epoch, booleans 0 or 1, alternatives and lists JSON text.

CREATE TABLE request (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    origin TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    content TEXT NOT NULL,
    original TEXT NOT NULL,
    -- the report mark of its newest change
    mark INTEGER NOT NULL,
    -- the oldest mark that the server was not told of; NULL: it knows all, or is not to be told
    unreported_since INTEGER
) STRICT;

CREATE INDEX request_unreported ON request (unreported_since) WHERE unreported_since IS NOT NULL;

-- One row: the last mark that was given out.
CREATE TABLE report_mark (value INTEGER NOT NULL) STRICT;
INSERT INTO report_mark (value) VALUES (0);

-- In the order in which jobs were planned.
CREATE TABLE job (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    request INTEGER NOT NULL REFERENCES request (seq),
    action TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- NULL, both: the job only tells something
    workspace TEXT,
    work TEXT,
    state TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    image TEXT,
    -- what the state means for the questions below
    is_open INTEGER NOT NULL,
    is_tidy INTEGER NOT NULL,
    is_cancelled INTEGER NOT NULL
) STRICT;

-- One index for each question that is asked again and again: what is over costs nothing there.
CREATE INDEX job_open ON job (created_at) WHERE is_open = 1;
CREATE INDEX job_untidy ON job (changed_at) WHERE is_open = 0 AND is_tidy = 0;
CREATE INDEX job_latest_run ON job (workspace, action, created_at)
    WHERE workspace IS NOT NULL AND is_cancelled = 0;
CREATE INDEX job_of_request ON job (request);
CREATE INDEX job_newest ON job (created_at);
CREATE INDEX job_id_start ON job (id, created_at);

-- What was found in a job's workspace, but for the outputs themselves.
CREATE TABLE job_result (
    job INTEGER PRIMARY KEY REFERENCES job (seq),
    content TEXT NOT NULL
) STRICT;

CREATE TABLE job_output (
    job INTEGER NOT NULL REFERENCES job (seq),
    path TEXT NOT NULL,
    level TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    -- ISO 8601: a file may claim any time
    modified_at TEXT NOT NULL,
    not_released TEXT,
    row_count INTEGER,
    column_count INTEGER,
    PRIMARY KEY (job, path)
) STRICT, WITHOUT ROWID;

-- Whose output each file of a workspace is now.
CREATE TABLE workspace_file (
    workspace TEXT NOT NULL,
    path TEXT NOT NULL,
    action TEXT NOT NULL,
    job INTEGER NOT NULL REFERENCES job (seq),
    PRIMARY KEY (workspace, path)
) STRICT, WITHOUT ROWID;

CREATE INDEX workspace_file_of_action ON workspace_file (workspace, action, path, job);

CREATE TABLE job_order (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job INTEGER NOT NULL REFERENCES job (seq),
    why TEXT NOT NULL,
    ordered_at INTEGER NOT NULL,
    closed_at INTEGER
) STRICT;

CREATE INDEX job_order_open ON job_order (id) WHERE closed_at IS NULL;
CREATE INDEX job_order_of_job ON job_order (job, why);

CREATE TABLE flag (
    name TEXT PRIMARY KEY,
    value TEXT,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
