/**
 * Which files of a workspace are outputs, what may be released, and how they reach storage. Never
 * follows a link and never releases what was not checked.
 */
@NullMarked
package org.securebackend.runner.outputs;

import org.jspecify.annotations.NullMarked;
