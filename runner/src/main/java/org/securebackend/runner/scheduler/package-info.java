/** Who runs next, and each job's way through its life. The deciding loop never does work itself. */
@NullMarked
package org.securebackend.runner.scheduler;

import org.jspecify.annotations.NullMarked;
