/**
 * Files in a storage, reached folder by folder from the storage's base: no link in it is ever
 * followed, and a file appears under its name whole or not at all.
 */
@NullMarked
package org.securebackend.runner.outputs.storage;

import org.jspecify.annotations.NullMarked;
