/**
 * The executor on a Docker engine, one class per Docker noun. The only room that knows docker-java.
 */
@NullMarked
package org.securebackend.runner.docker;

import org.jspecify.annotations.NullMarked;
