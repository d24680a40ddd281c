# The image of every service: `docker build -t mkt-service:0.1.0 .`. Its argument says what it runs: a
# service's name (or `--service NAME`), or `--all` for the whole marketplace in one process.
#
# There is nothing in it but Node, the C library and the bundle: no shell, no npm, no package manager.
ARG BUILD_IMAGE=node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6
ARG RUN_IMAGE=gcr.io/distroless/cc-debian12:nonroot@sha256:9dac0a79194e45a7da0158a9c6da57b217585af0786db3845d1f0ec1a0dd182f

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY . .
RUN npm run build
# Node comes from the lockfile, so that what the tests ran on is what runs here.
RUN mkdir -p /out/app /out/data/files \
  && cp -R dist/. /out/app/ \
  && cp "node_modules/node-linux-$(node -p process.arch)/bin/node" /out/node

FROM ${RUN_IMAGE}
# A service alone needs little: without caps the collector lets it grow to twice of that. Where its
# memory is limited, whoever limits it gives a cap that fits.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 FILES_DIR=/data/files \
  NODE_OPTIONS="--max-semi-space-size=2 --max-old-space-size=192"
COPY --from=build /out/node /usr/local/bin/node
COPY --from=build /out/app /app
# A number, so that a cluster can see that it is not root; volumes get their owner from the folder.
COPY --from=build --chown=10001:10001 /out/data /data
WORKDIR /app
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=12 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/service.js"]
CMD ["gateway"]
