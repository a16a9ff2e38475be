package org.securebackend.runner.store.v2;

/** How far the import has come: files looked at, of how many, and bytes read for their hashes. */
public record V2Progress(int files, int allFiles, long hashedBytes) {}
