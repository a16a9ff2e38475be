package org.securebackend.runner.source;

import java.io.IOException;
import java.util.OptionalInt;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.securebackend.runner.source.GitRemote.Content;
import org.securebackend.runner.source.GitRemote.Wanted;
import org.securebackend.runner.source.GitTrafficException.Trouble;

/** Which commits lie on a branch. Keeps the branches' commits on disk, as a rule without files. */
final class BranchHistory {
    private static final OptionalInt SHALLOW = OptionalInt.of(10);
    private static final OptionalInt WHOLE = OptionalInt.of(Constants.INFINITE_DEPTH);

    private final GitRemote remote;

    BranchHistory(GitRemote remote) {
        this.remote = remote;
    }

    /**
     * A question about a branch.
     *
     * @param ref the branch's whole name on the other side
     * @param head its newest commit there
     * @param commit the one that may be that or an ancestor of it
     */
    record Question(RepositoryUrl repository, String ref, ObjectId head, ObjectId commit) {
        private String localRef() {
            return "refs/known/" + ref;
        }
    }

    /** Whether the commit is the branch's newest one or an ancestor of it. */
    boolean contains(RepositoryFolder folder, Question question)
            throws IOException, GitTrafficException {
        if (question.head().equals(question.commit())) {
            return true;
        }
        return folder.exclusively(() -> look(folder, question));
    }

    private boolean look(RepositoryFolder folder, Question question)
            throws IOException, GitTrafficException {
        try {
            return folder.history().use(local -> look(local, question));
        } catch (GitTrafficException e) {
            if (e.trouble() != Trouble.CACHE) {
                throw e;
            }
            folder.history().discard();
            return folder.history().use(local -> look(local, question));
        }
    }

    private boolean look(Repository local, Question question)
            throws IOException, GitTrafficException {
        try {
            return isKnown(local, question) || isFoundByFetching(local, question);
        } catch (MissingObjectException e) {
            throw new GitTrafficException(Trouble.CACHE, e);
        }
    }

    private static boolean isKnown(Repository local, Question question) throws IOException {
        Ref known = local.exactRef(question.localRef());
        return known != null
                && question.head().equals(known.getObjectId())
                && isAncestor(local, question);
    }

    private boolean isFoundByFetching(Repository local, Question question)
            throws IOException, GitTrafficException {
        if (isEmpty(local)) {
            fetch(local, question, SHALLOW);
            if (isAncestor(local, question)) {
                return true;
            }
        }
        if (isShallow(local)) {
            fetch(local, question, WHOLE);
        } else {
            fetch(local, question, OptionalInt.empty());
        }
        return isAncestor(local, question);
    }

    private void fetch(Repository local, Question question, OptionalInt depth)
            throws GitTrafficException {
        String refSpec = "+" + question.ref() + ":" + question.localRef();
        remote.fetch(local, question.repository(), new Wanted(refSpec, depth, Content.COMMITS));
    }

    private static boolean isEmpty(Repository local) throws IOException {
        return local.getRefDatabase().getRefsByPrefix("refs/known/").isEmpty();
    }

    private static boolean isShallow(Repository local) throws IOException {
        try (ObjectReader reader = local.newObjectReader()) {
            return !reader.getShallowCommits().isEmpty();
        }
    }

    private static boolean isAncestor(Repository local, Question question) throws IOException {
        Ref head = local.exactRef(question.localRef());
        if (head == null) {
            return false;
        }
        try (RevWalk walk = new RevWalk(local)) {
            walk.setRetainBody(false);
            if (!walk.getObjectReader().has(question.commit())) {
                return false;
            }
            return walk.isMergedInto(
                    walk.parseCommit(question.commit()), walk.parseCommit(head.getObjectId()));
        } catch (IncorrectObjectTypeException e) {
            return false;
        }
    }
}
