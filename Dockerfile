# docker build -t mitosis .                        the embedded model
# docker build -t mitosis:ibm --build-arg MODEL=ibm .   IBM's weights, fetched at build time
ARG MODEL=embedded

FROM node:22-bookworm-slim AS deno
ARG DENO_VERSION=2.9.6
RUN npm install --global --no-audit --no-fund "deno@${DENO_VERSION}" \
  && deno --version \
  && cp "$(find "$(npm root --global)" -path '*/@deno/*' -name deno -type f -print -quit)" /usr/local/bin/deno-binary

FROM node:22-bookworm-slim AS build
COPY --from=deno /usr/local/bin/deno-binary /usr/local/bin/deno
ENV DENO_DIR=/deno-dir
WORKDIR /app
COPY deno.json deno.lock ./
RUN deno install --quiet --frozen
COPY main.ts ./
COPY src ./src
COPY model ./model
COPY deploy ./deploy
# Running it once leaves the transpiled modules in the cache, which is read-only later.
RUN deno run --quiet -P=files main.ts predict model/samples/metaphase.png \
  && deno cache --quiet main.ts src/inference/worker.ts deploy/container/health.ts \
  && deno run --quiet --allow-run --allow-read --allow-write --allow-env deploy/prune.ts \
  && mkdir -p models

FROM build AS model-embedded

FROM build AS model-ibm
RUN deno run --quiet -P=import main.ts model import --output models/ibm-max

FROM model-${MODEL} AS model

FROM gcr.io/distroless/cc-debian12:nonroot
LABEL org.opencontainers.image.title="Mitosis Detector" \
  org.opencontainers.image.description="Finds dividing cells on H&E-stained slides. For research only; no diagnosis." \
  org.opencontainers.image.licenses="Apache-2.0"
COPY --from=deno /usr/local/bin/deno-binary /usr/local/bin/deno
COPY --from=model /deno-dir /deno-dir
COPY --from=model /app /app
WORKDIR /app
ENV DENO_DIR=/deno-dir \
  DENO_NO_PROMPT=1 \
  DENO_NO_UPDATE_CHECK=1
USER 65532:65532
EXPOSE 5000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
  CMD ["/usr/local/bin/deno", "run", "--quiet", "--cached-only", "--allow-net=127.0.0.1", "--allow-env=PORT", "deploy/container/health.ts"]
ENTRYPOINT ["/usr/local/bin/deno", "run", "--quiet", "--cached-only", "-P=serve", "main.ts"]
CMD ["serve"]
