/** Whether what is at work gets on, and who may know. Never decides anything. */
@NullMarked
package org.securebackend.runner.health;

import org.jspecify.annotations.NullMarked;
