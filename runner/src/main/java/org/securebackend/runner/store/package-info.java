/** Jobs, requests, flags and orders in SQLite. Never decides; a stale write changes nothing. */
@NullMarked
package org.securebackend.runner.store;

import org.jspecify.annotations.NullMarked;
