package org.securebackend.runner.job;

/**
 * Where code comes from: a repository, as its author knows it (before any rewriting to a proxy or a
 * mirror), and the commit that was checked.
 */
public record CodeLocation(String repositoryUrl, CommitId commit) {}
