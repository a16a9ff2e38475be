# The runner as an image. Two ways to build it:
#
#   docker build -t runner .
#       compiles inside the build image below, which must have JDK 25 and Maven
#
#   scripts/container-image [NAME]
#       compiles on this machine and needs no registry
#
# It talks to the host's Docker engine: mount its socket, give the container the socket's group
# (--group-add), mount the directory of workspaces, and set DOCKER_HOST_VOLUME_DIR to that
# directory's path on the host.
ARG BUILD_IMAGE=maven:3-eclipse-temurin-25
ARG RUNTIME_IMAGE=debian:stable-slim
# The stage or image that holds /opt/runner and /opt/java.
ARG PACKAGE=build

FROM ${BUILD_IMAGE} AS build
WORKDIR /source
COPY . .
RUN scripts/build -q package -Dmaven.test.skip=true -Djacoco.skip \
    && scripts/package /opt

FROM ${PACKAGE} AS package

FROM ${RUNTIME_IMAGE} AS runtime
COPY --from=package /opt/java /opt/java
COPY --from=package /opt/runner /opt/runner
# File names that jobs leave are bytes; in this locale all that are text are read as such.
ENV LC_ALL=C.UTF-8
# Fewer pools of memory for many threads that need little.
ENV MALLOC_ARENA_MAX=2
# A plain user, who by default also runs the jobs' containers and owns their workspaces.
USER 10000:10000
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/java/bin/java", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xms16m", "-Xmx512m", "-Xss512k", "-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0", "-XX:+ExitOnOutOfMemoryError", "-XX:TrimNativeHeapInterval=10000", "-XX:Tier4InvocationThreshold=100000", "-XX:Tier4MinInvocationThreshold=50000", "-XX:Tier4CompileThreshold=100000", "-XX:Tier4BackEdgeThreshold=400000", "-XX:AOTCache=/opt/runner/serve.aot", "-Xlog:aot=off", "-Xlog:cds=off", "--enable-native-access=ALL-UNNAMED", "-jar", "/opt/runner/runner.jar"]
CMD ["serve"]
