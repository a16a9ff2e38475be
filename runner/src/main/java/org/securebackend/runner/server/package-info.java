/**
 * The job server's protocol: client, wire records, and the server's words for our states. Never
 * decides what to run.
 */
@NullMarked
package org.securebackend.runner.server;

import org.jspecify.annotations.NullMarked;
