/**
 * Finds out whether the database is in maintenance, and says so by the flag {@code mode}. What
 * becomes of jobs then is the scheduler's business.
 */
@NullMarked
package org.securebackend.runner.maintenance;

import org.jspecify.annotations.NullMarked;
