/** A job's log on its way to storage: secrets masked, endless lines and endless logs cut. */
@NullMarked
package org.securebackend.runner.outputs.log;

import org.jspecify.annotations.NullMarked;
