/**
 * A job server for development, demos and tests: the v2 protocol and a page. Never used in
 * production.
 */
@NullMarked
package org.securebackend.runner.devserver;

import org.jspecify.annotations.NullMarked;
