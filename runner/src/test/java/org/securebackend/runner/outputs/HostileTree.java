package org.securebackend.runner.outputs;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What a hostile job can leave in its workspace, each in a folder of the same name. The script
 * makes it, on this host or in a container; {@code $outside} is a folder of this host that holds a
 * secret in {@code canary.csv}, and which a container does not see.
 */
public enum HostileTree {
    SYMLINK_TO_A_FILE(
            "ln -s $outside/canary.csv link.csv",
            "mo:$/*.csv",
            "refused $/link.csv: a symbolic link"),
    SYMLINK_UPWARDS(
            "ln -s ../../../../../../../..$outside/canary.csv up.csv",
            "mo:$/*.csv",
            "refused $/up.csv: a symbolic link"),
    CHAIN_OF_SYMLINKS(
            "ln -s $outside/canary.csv z.csv; ln -s z.csv y.csv; ln -s y.csv x.csv",
            "mo:$/*.csv",
            "refused $/x.csv: a symbolic link",
            "refused $/y.csv: a symbolic link",
            "refused $/z.csv: a symbolic link"),
    SYMLINK_TO_A_DIRECTORY("ln -s $outside linked", "mo:$/*/*.csv"),
    SYMLINK_IN_THE_PLACE_OF_THE_OUTPUT_FOLDER(
            "cd ..; rmdir $here; ln -s $outside $here", "mo:$/*.csv"),
    SYMLINK_TO_ITSELF(
            "ln -s loop.csv loop.csv", "mo:$/*.csv", "refused $/loop.csv: a symbolic link"),
    SYMLINK_TO_A_FILE_OF_PROC(
            "ln -s /proc/self/environ e.txt", "mo:$/*.txt", "refused $/e.txt: a symbolic link"),
    HARD_LINKS(
            "echo n >one.csv; ln one.csv two.csv",
            "mo:$/*.csv",
            "refused $/one.csv: a file with several names (hard links)",
            "refused $/two.csv: a file with several names (hard links)"),
    HARD_LINK_TO_THE_OUTSIDE(
            // Impossible in a container: then the job leaves the same as with HARD_LINKS.
            "ln $outside/canary.csv hard.csv 2>/dev/null || { echo n >hard.csv; ln hard.csv z; }",
            "mo:$/*.csv",
            "refused $/hard.csv: a file with several names (hard links)"),
    PIPE("mkfifo pipe.csv", "mo:$/*.csv", "refused $/pipe.csv: not a regular file"),
    DEVICE(
            "mknod zero.csv c 1 5 2>/dev/null || mkfifo zero.csv",
            "mo:$/*.csv",
            "refused $/zero.csv: not a regular file"),
    DIRECTORY_NAMED_LIKE_AN_OUTPUT("mkdir table.csv", "mo:$/*.csv"),
    SPARSE_TERABYTE(
            "dd if=/dev/null of=huge.csv bs=1 seek=1099511627776 2>/dev/null",
            "mo:$/*.csv",
            "refused $/huge.csv: larger than 107374182400 bytes"),
    SPARSE_GIGABYTE(
            "dd if=/dev/null of=holes.feather bs=1 seek=1073741824 2>/dev/null",
            "hi:$/*.feather",
            "taken $/holes.feather"),
    NEWLINE_AND_CONTROLS_IN_NAMES(
            "echo 1 >\"$(printf 'a\\nb.csv')\"; echo 1 >\"$(printf 'a\\033[2Jb.csv')\"",
            "mo:$/*.csv",
            "refused $/a\\u000ab.csv: a name with characters that cannot be printed",
            "refused $/a\\u001b[2Jb.csv: a name with characters that cannot be printed"),
    DIRECTION_MARK_IN_A_NAME(
            "echo 1 >\"$(printf 'a\\342\\200\\256vsc.csv')\"",
            "mo:$/*.csv",
            "refused $/a\\u202evsc.csv: a name with characters that cannot be printed"),
    NAME_THAT_IS_NOT_TEXT(
            "echo 1 >\"$(printf 'a\\377.csv')\"",
            "mo:$/*.csv",
            "refused $/a\\ufffd.csv: not a regular file"),
    NAMES_THAT_WINDOWS_KEEPS(
            "echo 1 >con.csv; echo 1 >'a?.csv'; echo 1 >'a:b.csv'; echo 1 >'a\\\\b.csv'",
            "mo:$/*.csv",
            "refused $/a:b.csv: a name with a character that a Windows share cannot hold",
            "refused $/a?.csv: a name with a character that a Windows share cannot hold",
            "refused $/a\\\\b.csv: a name with a character that a Windows share cannot hold",
            "refused $/con.csv: a name that Windows keeps for a device"),
    NAMES_THAT_END_IN_DOT_OR_BLANK(
            "mkdir a. 'b '; echo 1 >a./a.csv; echo 1 >'b /a.csv'",
            "mo:$/*/*.csv",
            "refused $/a./a.csv: a name that ends with a dot or a blank",
            "refused $/b /a.csv: a name that ends with a dot or a blank"),
    CASE_TWINS(
            "echo n >A.csv; echo n >a.csv; echo n >b.csv",
            "mo:$/*.csv",
            "refused $/A.csv: its name differs from another output's only in letter case",
            "refused $/a.csv: its name differs from another output's only in letter case",
            "taken $/b.csv"),
    LARGE_CASE_TWINS(
            "truncate -s 2000000 A.bin; truncate -s 2000000 a.bin",
            "hi:$/*.bin",
            "refused $/A.bin: its name differs from another output's only in letter case",
            "refused $/a.bin: its name differs from another output's only in letter case"),
    UNICODE_TWINS(
            "echo n >\"$(printf 'caf\\303\\251.csv')\"; echo n >\"$(printf 'cafe\\314\\201.csv')\"",
            "mo:$/*.csv",
            "refused $/caf\u00e9.csv: its name differs from another output's only in letter case",
            "refused $/cafe\u0301.csv: its name differs from another output's only in letter"
                    + " case"),
    DEEP_TREE(
            "i=0; while [ $i -lt 150 ]; do mkdir d; cd d; i=$((i+1)); done; echo n >a.csv",
            "mo:$/d/*.csv"),
    LONGEST_NAME(
            "echo n >$(printf '%0251d' 0).csv",
            "mo:$/*.csv", "refused $/" + "0".repeat(251) + ".csv: a name longer than 240 bytes"),
    RESERVED_FOLDER_BY_EXPANSION(
            "cd ..; mkdir metadata METADATA; echo 1 >metadata/reserved.json;"
                    + " echo 1 >METADATA/reserved.log; echo 1 >$here/reserved.json",
            "mo:*/reserved.json hi:MET*/reserved.log",
            "refused METADATA/reserved.log: the folder metadata belongs to the backend",
            "refused metadata/reserved.json: the folder metadata belongs to the backend",
            "taken $/reserved.json"),
    SPECIAL_MODE_BITS(
            "echo n >set.csv; chmod 6777 set.csv; truncate -s 2000000 big.bin; chmod 7777 big.bin;"
                    + " chmod 1777 .",
            "mo:$/*.csv hi:$/*.bin",
            "taken $/big.bin",
            "taken $/set.csv"),
    UNREADABLE_FILES_AND_FOLDERS(
            "mkdir locked; echo n >locked/a.csv; echo n >b.csv; chmod 0 locked b.csv",
            "mo:$/*.csv mo:$/*/*.csv",
            "any"),
    MESSAGE_NAMED_LIKE_AN_OUTPUT(
            "printf 'patient_id\\n1\\n' >a.csv; echo real >a.csv.txt",
            "mo:$/*.csv mo:$/*.txt",
            "taken $/a.csv",
            "taken $/a.csv.txt"),
    HUNDRED_THOUSAND_FILES("seq 1 100000 | xargs touch", "mo:$/*.csv"),
    NAMES_WITH_MEANING_TO_A_SHELL(
            "echo n >'$(reboot).csv'; echo n >'-rf.csv'; echo n >'a;b.csv'; echo n >\"a'b.csv\"",
            "mo:$/*.csv",
            "taken $/$(reboot).csv",
            "taken $/-rf.csv",
            "taken $/a'b.csv",
            "taken $/a;b.csv");

    private final String script;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> patterns;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> expected;

    HostileTree(String script, String patterns, String... expected) {
        this.script = script;
        this.patterns =
                Arrays.stream(patterns.split(" "))
                        .map(text -> text.replace("$", folder()))
                        .toList();
        this.expected =
                Arrays.stream(expected)
                        .map(text -> text.replaceFirst("\\$/", folder() + "/"))
                        .toList();
    }

    /** Its folder in the workspace; also a good name for an action. */
    public String folder() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** For a shell in the workspace. */
    public String script(Path outside) {
        return """
        outside=%s
        here=%s
        mkdir $here
        cd $here
        %s
        """
                .formatted(outside, folder(), script);
    }

    /** As {@code level:pattern}, the level by its first two letters. */
    public List<String> patterns() {
        return patterns;
    }

    /** Whether it depends on this host's users what is collected. */
    public boolean isOpen() {
        return expected.equals(List.of("any"));
    }

    /** Sorted lines: {@code taken PATH} or {@code refused PATH: WHY}. */
    public List<String> expected() {
        return expected.stream().sorted().toList();
    }
}
