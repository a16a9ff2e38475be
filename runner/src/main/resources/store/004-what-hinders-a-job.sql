-- Trouble that an open job has met and that can pass by itself; NULL: none.
ALTER TABLE job ADD COLUMN hindrance TEXT;
