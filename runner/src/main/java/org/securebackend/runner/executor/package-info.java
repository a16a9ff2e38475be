/**
 * The contract with whatever runs a job's program: images, workspaces, programs, exits. Never names
 * an engine and does nothing itself.
 */
@NullMarked
package org.securebackend.runner.executor;

import org.jspecify.annotations.NullMarked;
