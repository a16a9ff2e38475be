/**
 * Which actions a request must run, in which order, fed by which jobs. Pure: never asks a store, a
 * clock or a repository.
 */
@NullMarked
package org.securebackend.runner.planning;

import org.jspecify.annotations.NullMarked;
