# The same scripts as make run, in two stages: build, and what is needed to run.
#
#   docker build -t yuanshan .
#   docker run -p 8080:8080 -v yuanshan-data:/data yuanshan demo --if-empty
#   docker run -p 8080:8080 -v yuanshan-data:/data yuanshan

ARG NODE_VERSION=20
FROM node:${NODE_VERSION}-bookworm-slim AS node

FROM rust:1-bookworm AS build
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /build
COPY scripts scripts
RUN scripts/install-needs run
# The packages change seldom, so they have a layer of their own.
COPY frontend/package.json frontend/package-lock.json frontend/
RUN scripts/frontend-build deps
COPY frontend frontend
RUN scripts/frontend-build
COPY . .
RUN cargo build --release --locked

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq5 ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin yuanshan \
    && install -d -o yuanshan -g yuanshan -m 700 /data
COPY --from=build /build/target/release/yuanshan /usr/local/bin/yuanshan
# What yuanshan demo and yuanshan regions import read.
COPY regions /usr/share/yuanshan/regions
COPY demo /usr/share/yuanshan/demo
WORKDIR /usr/share/yuanshan
ENV YUANSHAN_DATA=/data YUANSHAN_LISTEN=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
# By number, so that a cluster can see that it is not root.
USER 10001
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["yuanshan", "health"]
ENTRYPOINT ["yuanshan"]
CMD ["serve"]
