# The image of every service: `docker build -t mkt-service:0.1.0 .`, and the service's name as argument.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN npm ci --ignore-scripts && npm run build

FROM node:24.21.0-bookworm-slim
WORKDIR /app
# A service alone needs little: without caps the collector lets it grow to twice of that. Where its
# memory is limited, whoever limits it gives a cap that fits.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 FILES_DIR=/data/files \
  NODE_OPTIONS="--max-semi-space-size=2 --max-old-space-size=192"
COPY --from=build /src/dist ./dist
RUN mkdir -p /data/files && chown node:node /data/files
USER node
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=12 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/service.js"]
CMD ["gateway"]
