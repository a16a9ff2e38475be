/**
 * Benchmarks of the whole daemon as it is shipped, each beside its physical floor measured in the
 * same run.
 */
@NullMarked
package org.securebackend.runner.bench;

import org.jspecify.annotations.NullMarked;
