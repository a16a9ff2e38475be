/** Requests in, plans made, reports out. Never touches a workspace or a container. */
@NullMarked
package org.securebackend.runner.sync;

import org.jspecify.annotations.NullMarked;
