/**
 * What a job is and how it lives: its facts, its states, the events that move it. Values and pure
 * functions only.
 */
@NullMarked
package org.securebackend.runner.job;

import org.jspecify.annotations.NullMarked;
