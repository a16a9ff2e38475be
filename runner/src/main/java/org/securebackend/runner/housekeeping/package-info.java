/**
 * Keeps the place tidy: finds and removes what jobs have left and nobody needs any more, backs the
 * database up, and remembers what it did. It never touches what belongs to an open job, and never
 * decides about jobs.
 */
@NullMarked
package org.securebackend.runner.housekeeping;

import org.jspecify.annotations.NullMarked;
