# Node 26 is the newest LTS line (active since October 2026). Every dependency names 20 or lower as its oldest Node;
# the built program was also run on 26.10.0.
FROM node:26-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

# Without the optional dependencies and install scripts there is no local Slack, no MongoDB and nothing that
# downloads one.
FROM node:26-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:26-bookworm-slim
LABEL org.opencontainers.image.title="Crewline" \
      org.opencontainers.image.description="A Slack-native management layer for public-works agencies" \
      org.opencontainers.image.licenses="MIT"
# With NODE_ENV=production nothing embedded is started: a missing variable ends the start with its name.
ENV NODE_ENV=production \
    PORT=3000
WORKDIR /app
COPY package.json manifest.yml ./
COPY workflows ./workflows
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# The files belong to root: the program cannot change itself, and it keeps all its state in MongoDB.
USER node
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Exec form, no shell and no npm in between: SIGTERM reaches Node, which stops in order.
CMD ["node", "dist/main.js"]
