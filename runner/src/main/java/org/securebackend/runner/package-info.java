/** The front door and the wiring; everything else lives in a room of its own. */
@NullMarked
package org.securebackend.runner;

import org.jspecify.annotations.NullMarked;
