/** Studies and reusable actions at a commit, by JGit. Never trusts a URL, a ref or a tree. */
@NullMarked
package org.securebackend.runner.source;

import org.jspecify.annotations.NullMarked;
