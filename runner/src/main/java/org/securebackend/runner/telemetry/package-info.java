/**
 * What programs use, and numbers about the runner itself. Looks on; never changes a job's state.
 */
@NullMarked
package org.securebackend.runner.telemetry;

import org.jspecify.annotations.NullMarked;
