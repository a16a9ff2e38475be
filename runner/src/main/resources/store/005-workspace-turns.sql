-- When each workspace last got a slot: those with equal shares take turns, also after a restart.
CREATE TABLE workspace_turn (
    workspace TEXT PRIMARY KEY,
    granted_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
