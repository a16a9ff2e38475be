/** Reads the database of version 2 of the runner, so that this one can go on where that stopped. */
@NullMarked
package org.securebackend.runner.store.v2;

import org.jspecify.annotations.NullMarked;
