# docker build -t mitosis .                              serves the embedded model
# docker build -t mitosis:ibm --build-arg MODEL=ibm .    serves IBM's, whose weights are fetched now
#   --build-context weights=FOLDER                       takes them from the one file in FOLDER instead
# docker run -v /srv/slides:/slides:ro -v results:/results -e SLIDES_DIR=/slides -e RESULTS_DIR=/results mitosis
#                                                        shows and searches whole slides
# With MODEL=ibm the weights must have the checksum that IBM publishes.
ARG MODEL=embedded

# The Deno of the README's commands, for the platform that is built for. package-lock.json has its
# integrity, and no install script runs.
FROM node:24-trixie-slim AS deno
WORKDIR /deno
COPY deploy/container/deno/package.json deploy/container/deno/package-lock.json ./
RUN --mount=type=cache,target=/npm-cache \
  npm ci --ignore-scripts --cache=/npm-cache --no-audit --no-fund \
  && cp "$(find node_modules -path '*/@deno/*' -name deno -type f -print -quit)" /usr/local/bin/deno-binary \
  && /usr/local/bin/deno-binary --version

FROM node:24-trixie-slim AS build
COPY --from=deno /usr/local/bin/deno-binary /usr/local/bin/deno
ENV DENO_DIR=/deno-dir
WORKDIR /app
# All packages, in a layer that is built again only when one of these two files changes.
COPY deno.json deno.lock ./
RUN deno install --quiet --frozen
COPY main.ts ./
COPY src ./src
COPY model ./model
COPY deploy ./deploy
# Running it leaves the transpiled modules, Workers too, in the cache, which is read-only later.
RUN deno run --quiet -P=files main.ts predict model/samples/metaphase.png \
  && deno run --quiet -P=files main.ts detect model/samples/field.png \
  && deno cache --quiet main.ts deploy/container/health.ts \
    src/slide_folder/slide_reader_worker.ts src/slide_search/slide_worker.ts

# Replaced by --build-context weights=FOLDER.
FROM scratch AS weights

FROM build AS model-ibm
RUN --mount=type=bind,from=weights,target=/weights \
  file="$(find /weights -type f -print -quit)" \
  && deno run --quiet -P=import main.ts model import ${file:+"${file}"} --output models/ibm-max

FROM build AS pruned
RUN deno run --quiet --allow-run --allow-read --allow-write --allow-env deploy/container/prune.ts

FROM gcr.io/distroless/cc-debian13:nonroot AS image-embedded
COPY --from=deno /usr/local/bin/deno-binary /usr/local/bin/deno
COPY --from=pruned /deno-dir /deno-dir
COPY --from=pruned /app /app
WORKDIR /app
ENV DENO_DIR=/deno-dir \
  DENO_NO_PROMPT=1 \
  DENO_NO_UPDATE_CHECK=1 \
  HOST=0.0.0.0 \
  DENO_V8_FLAGS=--wasm-tiering-budget=1000000000,--max-semi-space-size=1 \
  MALLOC_ARENA_MAX=1 \
  MALLOC_TRIM_THRESHOLD_=131072
USER 65532:65532
EXPOSE 5000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=3s --start-period=30s --start-interval=1s \
  CMD ["/usr/local/bin/deno", "run", "--quiet", "--cached-only", "--allow-net=127.0.0.1", "--allow-env=PORT", "deploy/container/health.ts"]
ENTRYPOINT ["/usr/local/bin/deno", "run", "--quiet", "--cached-only", "-P=serve", "main.ts"]
CMD ["serve"]

FROM image-embedded AS image-ibm
COPY --from=model-ibm /app/models /app/models
ENV MODEL_DIR=models/ibm-max

# hadolint ignore=DL3006
FROM image-${MODEL}
ARG SOURCE VERSION REVISION
LABEL org.opencontainers.image.title="Mitosis Detector" \
  org.opencontainers.image.description="Finds dividing cells on H&E-stained slides. For research use only. Not for diagnostic use." \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.source="${SOURCE}" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
