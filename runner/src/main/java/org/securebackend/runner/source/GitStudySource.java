package org.securebackend.runner.source;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.securebackend.runner.job.CodeLocation;
import org.securebackend.runner.job.CommitId;
import org.securebackend.runner.source.BranchHistory.Question;
import org.securebackend.runner.source.GitTrafficException.Trouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Studies and actions from git repositories, with a cache on disk that survives crashes and can be
 * deleted at any time. A commit that is in the cache needs the network only for the question
 * whether it lies on its branch, which is asked for every request.
 *
 * <p>Thread-safe. An exchange can be interrupted; its end may then take as long as the longest
 * allowed silence of the other side.
 */
public final class GitStudySource implements StudySource {
    private static final Logger LOG = LoggerFactory.getLogger(GitStudySource.class);
    private static final String HEADS = "refs/heads/";
    private static final String TAGS = "refs/tags/";
    private static final String HEAD = "HEAD";

    private final SourceSettings settings;
    private final UrlPolicy policy;
    private final GitRemote remote;
    private final CommitCache commits;
    private final BranchHistory history;
    private final CommitTree trees;
    private final Map<String, RepositoryFolder> folders = new ConcurrentHashMap<>();

    public GitStudySource(SourceSettings settings) {
        IsolatedGit.install();
        this.settings = settings;
        this.policy = new UrlPolicy(settings);
        this.remote = new GitRemote(settings);
        this.commits = new CommitCache(remote);
        this.history = new BranchHistory(remote);
        this.trees = new CommitTree(settings.limits());
    }

    @Override
    public CodeLocation checkStudy(String repositoryUrl, String branch, String commit) {
        RepositoryUrl repository = policy.study(repositoryUrl);
        CommitId wanted = commitId(commit);
        String ref = branchRef(branch);
        return asking(
                repository,
                Wording.STUDY,
                () -> {
                    ObjectId head = headOf(repository, ref);
                    if (!isOnBranch(repository, ref, head, wanted)) {
                        throw invalid("The commit is not on the branch that was given");
                    }
                    commits.ensure(folder(repository), repository, wanted);
                    return new CodeLocation(repository.text(), wanted);
                });
    }

    private static CommitId commitId(String commit) {
        String lower = commit.toLowerCase(Locale.ROOT);
        if (!CommitId.isValid(lower)) {
            throw invalid("The commit must be given by its whole id, 40 hexadecimal digits");
        }
        return new CommitId(lower);
    }

    /** Refuses slashes: with them, a pull request could be named in a branch's place. */
    private static String branchRef(String branch) {
        if (branch.equals(HEAD)) {
            return HEAD;
        }
        if (branch.isBlank()
                || branch.contains("/")
                || branch.startsWith("-")
                || !Repository.isValidRefName(HEADS + branch)) {
            throw invalid("The branch must be given by its name, which must not hold a slash");
        }
        return HEADS + branch;
    }

    private static SourceRefusedException invalid(String message) {
        return new SourceRefusedException("GithubValidationError", message, null);
    }

    @Override
    public CodeLocation checkAction(String name, String version) {
        RepositoryUrl repository =
                policy.action(name)
                        .orElseThrow(() -> badAction("The action's name has invalid characters"));
        return asking(
                repository,
                Wording.ACTION,
                () -> {
                    String main = HEADS + settings.actions().approvedBranch();
                    ResolvedTag tag = resolve(repository, version, main);
                    if (!tag.isApproved(history, folder(repository), repository)) {
                        throw badAction(
                                "Version %s is not approved: it is not merged into %s"
                                        .formatted(version, settings.actions().approvedBranch()));
                    }
                    var commit = new CommitId(tag.commit().name());
                    commits.ensure(folder(repository), repository, commit);
                    return new CodeLocation(repository.text(), commit);
                });
    }

    private ResolvedTag resolve(RepositoryUrl repository, String version, String main)
            throws IOException, GitTrafficException {
        if (!Repository.isValidRefName(TAGS + version)) {
            throw notListed(version);
        }
        List<String> candidates = List.of(version, HEADS + version, TAGS + version);
        Map<String, ObjectId> found =
                refs(repository, List.of(version, HEADS + version, TAGS + version, main));
        ObjectId tag =
                candidates.stream()
                        .filter(found::containsKey)
                        .findFirst()
                        .map(found::get)
                        .orElseThrow(() -> notListed(version));
        return new ResolvedTag(tag, main, Optional.ofNullable(found.get(main)));
    }

    /** What a version's name stands for, beside the branch that it must have reached. */
    private record ResolvedTag(ObjectId commit, String main, Optional<ObjectId> head) {
        boolean isApproved(BranchHistory history, RepositoryFolder folder, RepositoryUrl repository)
                throws IOException, GitTrafficException {
            return head.isPresent()
                    && history.contains(folder, new Question(repository, main, head.get(), commit));
        }
    }

    private static SourceRefusedException notListed(String version) {
        return badAction("Version %s is not among the action's tags".formatted(version));
    }

    private static SourceRefusedException badAction(String message) {
        return new SourceRefusedException("ReusableActionError", message, null);
    }

    @Override
    public Optional<byte[]> file(CodeLocation code, String path) {
        RepositoryUrl repository = policy.known(code.repositoryUrl());
        return asking(
                repository,
                wording(repository),
                () -> {
                    RepositoryFolder folder = folder(repository);
                    commits.ensure(folder, repository, code.commit());
                    return folder.commits().use(local -> trees.file(local, code.commit(), path));
                });
    }

    @Override
    public void export(CodeLocation code, TreeSink sink) throws IOException {
        RepositoryUrl repository = policy.known(code.repositoryUrl());
        RepositoryFolder folder = folder(repository);
        asking(
                repository,
                wording(repository),
                () -> {
                    commits.ensure(folder, repository, code.commit());
                    return code;
                });
        try {
            folder.commits()
                    .use(local -> {
                        trees.export(local, code.commit(), sink);
                        return code;
                    });
        } catch (IOException e) {
            if (!Damage.isCauseOf(e)) {
                throw e;
            }
            discard(folder, repository, e);
            throw wording(repository)
                    .exception(new GitTrafficException(Trouble.CACHE, e), repository);
        }
    }

    private static void discard(RepositoryFolder folder, RepositoryUrl repository, IOException e)
            throws IOException {
        LOG.warn("cached copy of {} is damaged and will be fetched anew", repository, e);
        folder.commits().discard();
        folder.history().discard();
    }

    @Override
    public CommitId head(String repositoryUrl, String branch) {
        RepositoryUrl repository = policy.study(repositoryUrl);
        String ref = branchRef(branch);
        return asking(
                repository, Wording.STUDY, () -> new CommitId(headOf(repository, ref).name()));
    }

    private boolean isOnBranch(RepositoryUrl repository, String ref, ObjectId head, CommitId commit)
            throws IOException, GitTrafficException {
        return history.contains(
                folder(repository),
                new Question(repository, ref, head, ObjectId.fromString(commit.value())));
    }

    /** The commit at the end of a branch. */
    private ObjectId headOf(RepositoryUrl repository, String ref)
            throws IOException, GitTrafficException {
        ObjectId head = refs(repository, List.of(ref)).get(ref);
        if (head == null) {
            throw invalid("The repository has no branch of the name that was given");
        }
        return head;
    }

    private Map<String, ObjectId> refs(RepositoryUrl repository, List<String> names)
            throws IOException, GitTrafficException {
        return folder(repository).history().use(local -> remote.refs(local, repository, names));
    }

    private Wording wording(RepositoryUrl repository) {
        return policy.isAction(repository) ? Wording.ACTION : Wording.STUDY;
    }

    private RepositoryFolder folder(RepositoryUrl repository) {
        return folders.computeIfAbsent(
                repository.folderName(),
                name ->
                        new RepositoryFolder(
                                settings.cacheDirectory().resolve(name),
                                settings.timeouts().exchange()));
    }

    private interface Errand<T> {
        T run() throws IOException, GitTrafficException;
    }

    private <T> T asking(RepositoryUrl repository, Wording wording, Errand<T> errand) {
        try {
            return repeatedIfDamaged(repository, errand);
        } catch (GitTrafficException e) {
            throw wording.exception(e, repository);
        } catch (IOException e) {
            throw wording.exception(new GitTrafficException(Trouble.CACHE, e), repository);
        }
    }

    private <T> T repeatedIfDamaged(RepositoryUrl repository, Errand<T> errand)
            throws IOException, GitTrafficException {
        try {
            return errand.run();
        } catch (IOException e) {
            if (!Damage.isCauseOf(e)) {
                throw e;
            }
            discard(folder(repository), repository, e);
            return errand.run();
        }
    }
}
