package org.securebackend.runner.outputs.storage;

import java.time.Instant;

/** A regular file in a storage. */
public record FileFacts(long bytes, Instant modifiedAt) {}
