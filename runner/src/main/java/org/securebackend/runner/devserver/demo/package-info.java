/** Plays the demonstration: a researcher's clicks against a development server, by its API. */
@NullMarked
package org.securebackend.runner.devserver.demo;

import org.jspecify.annotations.NullMarked;
