# OnCallM. The base image must hold Node 24 or newer; override it where another mirror or a hardened base is wanted.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm run sbom && npm ci --omit=dev --omit=optional --no-audit --no-fund

FROM ${BASE}
ENV NODE_ENV=production \
    DATABASE_URL=/data/oncallm.db
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/scenarios ./scenarios
RUN mkdir -p /data && chown 10001:10001 /data
USER 10001:10001
VOLUME /data
EXPOSE 8001
# Node runs as the first process, so that SIGTERM reaches it and it drains.
ENTRYPOINT ["node", "--enable-source-maps", "--max-semi-space-size=4", "--max-old-space-size=384", "dist/main.js"]
CMD ["serve"]
