package org.securebackend.runner.source;

import java.io.IOException;
import java.util.OptionalInt;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.revwalk.RevWalk;
import org.securebackend.runner.job.CommitId;
import org.securebackend.runner.source.GitRemote.Content;
import org.securebackend.runner.source.GitRemote.Wanted;
import org.securebackend.runner.source.GitTrafficException.Trouble;

/**
 * Commits on disk, each complete but without its history. A ref {@code refs/tags/fetched/COMMIT}
 * says that the commit is there with all its files, so that what a crash cut short is never taken
 * for whole.
 */
final class CommitCache {
    private final GitRemote remote;

    CommitCache(GitRemote remote) {
        this.remote = remote;
    }

    /** Fetches a commit unless it is there already. */
    void ensure(RepositoryFolder folder, RepositoryUrl repository, CommitId commit)
            throws IOException, GitTrafficException {
        if (isThere(folder, commit)) {
            return;
        }
        folder.exclusively(() -> {
            if (!isThere(folder, commit)) {
                fetch(folder, repository, commit);
            }
            return commit;
        });
    }

    /**
     * Whether the commit is marked as fetched.
     *
     * @throws MissingObjectException if it is marked, but was lost since
     */
    private static boolean isThere(RepositoryFolder folder, CommitId commit) throws IOException {
        return folder.commits().use((Repository local) -> isThere(local, commit));
    }

    private static boolean isThere(Repository local, CommitId commit) throws IOException {
        if (local.exactRef(marker(commit)) == null) {
            return false;
        }
        ObjectId id = ObjectId.fromString(commit.value());
        if (!local.getObjectDatabase().has(id)) {
            throw new MissingObjectException(id, Constants.OBJ_COMMIT);
        }
        return true;
    }

    private static String marker(CommitId commit) {
        return "refs/tags/fetched/" + commit;
    }

    private void fetch(RepositoryFolder folder, RepositoryUrl repository, CommitId commit)
            throws IOException, GitTrafficException {
        try {
            attempt(folder, repository, commit);
        } catch (GitTrafficException e) {
            if (e.trouble() != Trouble.CACHE) {
                throw e;
            }
            folder.commits().discard();
            attempt(folder, repository, commit);
        }
    }

    private void attempt(RepositoryFolder folder, RepositoryUrl repository, CommitId commit)
            throws IOException, GitTrafficException {
        folder.commits()
                .use(local -> {
                    fetch(local, repository, commit);
                    ObjectId id = ObjectId.fromString(commit.value());
                    requireComplete(local, id);
                    mark(local, commit, id);
                    return commit;
                });
    }

    private void fetch(Repository local, RepositoryUrl repository, CommitId commit)
            throws IOException, GitTrafficException {
        try {
            remote.fetch(
                    local,
                    repository,
                    new Wanted(commit.value(), OptionalInt.of(1), Content.EVERYTHING));
        } catch (GitTrafficException e) {
            if (e.trouble() != Trouble.NO_COMMIT || !remote.isLocal(repository)) {
                throw e;
            }
            // A plain folder gives only what its branches name, unless it is told otherwise.
            remote.fetch(
                    local,
                    repository,
                    new Wanted(
                            "+refs/heads/*:refs/branches/*",
                            OptionalInt.empty(),
                            Content.EVERYTHING));
            if (!local.getObjectDatabase().has(ObjectId.fromString(commit.value()))) {
                throw e;
            }
        }
    }

    private static void requireComplete(Repository local, ObjectId commit)
            throws IOException, GitTrafficException {
        try (RevWalk commits = new RevWalk(local);
                ObjectWalk objects = new ObjectWalk(local)) {
            var tree = commits.parseCommit(commit).getTree();
            objects.markStart(objects.parseTree(tree));
            objects.checkConnectivity();
        } catch (IncorrectObjectTypeException e) {
            throw new GitTrafficException(Trouble.NO_COMMIT, e);
        } catch (MissingObjectException e) {
            throw new GitTrafficException(Trouble.CACHE, e);
        }
    }

    private static void mark(Repository local, CommitId commit, ObjectId id)
            throws IOException, GitTrafficException {
        RefUpdate update = local.updateRef(marker(commit));
        update.setNewObjectId(id);
        update.disableRefLog();
        RefUpdate.Result result = update.forceUpdate();
        switch (result) {
            case NEW, FORCED, FAST_FORWARD, NO_CHANGE -> {}
            default ->
                    throw new GitTrafficException(
                            Trouble.CACHE, new IOException("cannot mark the commit: " + result));
        }
    }
}
