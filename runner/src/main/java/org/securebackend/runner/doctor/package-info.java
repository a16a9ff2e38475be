/**
 * Whether this host has everything that a job will need, and how to mend what it lacks. Looks,
 * tries and tells; changes nothing, and leaves nothing behind.
 */
@NullMarked
package org.securebackend.runner.doctor;

import org.jspecify.annotations.NullMarked;
