/** Which paths of a workspace are outputs, of which level, and which can never be. Pure rules. */
@NullMarked
package org.securebackend.runner.outputs.matching;

import org.jspecify.annotations.NullMarked;
