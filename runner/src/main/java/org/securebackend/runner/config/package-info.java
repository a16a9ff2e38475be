/** One record tree from a file and the environment; every problem reported together. */
@NullMarked
package org.securebackend.runner.config;

import org.jspecify.annotations.NullMarked;
