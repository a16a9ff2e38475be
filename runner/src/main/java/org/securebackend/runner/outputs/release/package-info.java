/**
 * Disclosure control: what a moderately sensitive file must be like to go to level 4. A check that
 * cannot be made keeps the file out. Reads every file once, in constant memory.
 */
@NullMarked
package org.securebackend.runner.outputs.release;

import org.jspecify.annotations.NullMarked;
