# shellcheck shell=bash
# What the scripts share: finding and, as root on Debian, installing what is missing, and ending
# what they started themselves.

# How the program is run: a small heap, since what is large is never in memory; no thread of a
# collector; caches of classes that are put where they were made for, so that their pages need not
# be changed and stay those of the file. The Dockerfile has the same.
# shellcheck disable=SC2034 # used by scripts that read this one
java_options=(-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xms16m -Xmx512m -Xss512k
    -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0
    -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED)
# What runs for long: what is really hot, such as hashing, gets the best code, and only that, since
# making it takes the processor from the jobs.
# shellcheck disable=SC2034
serve_options=(-XX:TrimNativeHeapInterval=10000
    -XX:Tier4InvocationThreshold=100000 -XX:Tier4MinInvocationThreshold=50000
    -XX:Tier4CompileThreshold=100000 -XX:Tier4BackEdgeThreshold=400000)

say() {
    printf '%s\n' "$*" >&2
}

give_up() {
    say "$*"
    exit 3
}

may_install() {
    [[ "$(id -u)" == 0 ]] && command -v apt-get >/dev/null
}

# need COMMAND PACKAGE...: installs the packages if there is no such command and it may.
need() {
    local command=$1
    shift
    if command -v "$command" >/dev/null; then
        return
    fi
    may_install || give_up "$command is missing; install it, on Debian by: apt-get install $*"
    say "installing $*"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
        apt-get install -qq -y --no-install-recommends "$@"; } >/dev/null ||
        give_up "cannot install $*"
}

need_busybox() {
    need busybox busybox-static
}

is_jdk25() {
    [[ -x "$1/bin/javac" && "$("$1/bin/javac" -version 2>&1)" == "javac 25"* ]]
}

# Sets JAVA_HOME to a JDK 25, wherever it is; false if there is none.
find_jdk() {
    local home on_path
    on_path=$(command -v javac || true)
    for home in "${JAVA_HOME:-}" "${on_path:+$(dirname "$(dirname "$(readlink -f "$on_path")")")}" \
        /usr/lib/jvm/*25* "$HOME"/.sdkman/candidates/java/25*; do
        if [[ -n "$home" ]] && is_jdk25 "$home"; then
            export JAVA_HOME="$home"
            return
        fi
    done
    return 1
}

need_jdk() {
    local package
    if find_jdk; then
        return
    fi
    if may_install; then
        for package in openjdk-25-jdk-headless temurin-25-jdk; do
            if apt-cache show "$package" >/dev/null 2>&1; then
                say "installing $package"
                DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "$package" >/dev/null || true
                if find_jdk; then
                    return
                fi
            fi
        done
    fi
    give_up "JDK 25 is missing; install openjdk-25-jdk or temurin-25-jdk, or set JAVA_HOME to one"
}

need_build_tools() {
    need_jdk
    need mvn maven
    need git git
}

engine_answers() {
    docker version >/dev/null 2>&1
}

# Sees to it that an engine answers. One that was started here is ended by stop_engine.
need_engine() {
    engine_started=
    if command -v docker >/dev/null && engine_answers; then
        return
    fi
    if [[ -n "${DOCKER_HOST:-}" ]]; then
        give_up "no Docker engine answers at DOCKER_HOST=$DOCKER_HOST"
    fi
    may_install || give_up "no Docker engine answers; start one, on Debian by: apt-get install docker.io"
    need dockerd docker.io iptables
    need iptables iptables
    need docker docker-cli
    start_engine
}

start_engine() {
    local log
    log=$(mktemp)
    say "starting a Docker engine"
    # In its own session, so that the terminal's Ctrl-C does not reach it before its users.
    setsid dockerd >"$log" 2>&1 &
    engine_started=$!
    for _ in $(seq 120); do
        if engine_answers; then
            return
        fi
        if ! kill -0 "$engine_started" 2>/dev/null; then
            break
        fi
        sleep 0.5
    done
    tail -n 5 "$log" >&2
    stop_engine
    give_up "the Docker engine does not start; its log: $log"
}

# Ends the engine only if need_engine started it.
stop_engine() {
    if [[ -n "${engine_started:-}" ]]; then
        kill "$engine_started" 2>/dev/null || true
        wait "$engine_started" 2>/dev/null || true
        engine_started=
    fi
}
