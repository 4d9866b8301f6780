# An image of runner: the binary on a small base with glibc, as PID 1, not as root.
#
#   docker build -t runner .
#   docker run --rm -v "$PWD/runner.toml:/etc/runner/runner.toml:ro" runner
#
# Or take only the binary into an image that has your programs already:
#
#   COPY --from=runner /usr/local/bin/runner /usr/local/bin/runner
#   ENTRYPOINT ["runner"]
#   CMD ["start", "/etc/runner/runner.toml"]
#
# Where no container registry can be reached, name two bases of your own: BUILD needs node, npm and
# tar; BASE needs glibc and libgcc. tests/image/run.sh makes both from Debian's packages, builds this
# file with buildah, and checks the image as PID 1 under podman.
ARG BUILD=docker.io/library/node:22-bookworm-slim
ARG BASE=docker.io/library/debian:bookworm-slim

FROM ${BUILD} AS build
WORKDIR /src
COPY . .
RUN ./denow task compile && mkdir -p /tree/run /tree/log && mkdir -m 775 /tree/run/runner /tree/log/runner

FROM ${BASE}
COPY --from=build /src/dist/runner /usr/local/bin/runner
# The two places a manifest may write to without being root: as the user below, or as any other in group 0,
# which is what a cluster that gives out user numbers of its own makes of it.
COPY --from=build --chown=65532:0 /tree/run/ /run/
COPY --from=build --chown=65532:0 /tree/log/ /var/log/
# A number, so that Kubernetes' runAsNonRoot can check it, and no line in /etc/passwd is needed.
USER 65532:65532
ENTRYPOINT ["runner"]
CMD ["start", "/etc/runner/runner.toml"]
