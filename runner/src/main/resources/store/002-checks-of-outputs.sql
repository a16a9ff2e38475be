-- What each check for level 4 said, JSON text; NULL: nothing was checked, or by an older version.
ALTER TABLE job_output ADD COLUMN checks TEXT;
