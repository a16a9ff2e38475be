/**
 * The language of project.yaml and action.yaml: actions, run commands, output patterns. Values and
 * pure functions only; problems are for a study's author to read.
 */
@NullMarked
package org.securebackend.runner.pipeline;

import org.jspecify.annotations.NullMarked;
