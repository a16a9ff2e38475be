/** One class per command. Never changes a job's state: orders go through the store. */
@NullMarked
package org.securebackend.runner.cli;

import org.jspecify.annotations.NullMarked;
