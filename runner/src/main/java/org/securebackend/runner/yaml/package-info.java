/**
 * YAML 1.2 read with positions: every value knows its line and column. Never builds objects, never
 * reads files.
 */
@NullMarked
package org.securebackend.runner.yaml;

import org.jspecify.annotations.NullMarked;
