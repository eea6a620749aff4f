# syntax=docker/dockerfile:1
# docker build -t estat --build-arg COMMIT=$(git rev-parse --short HEAD) .
# docker run -p 8080:8080 -e STORE_URL=s3://bucket -v estat-dlq:/var/lib/estat estat

ARG JAVA=25

# 1. Jars. The Maven cache is a mount, so that a changed source does not download the world again.
FROM eclipse-temurin:${JAVA}-jdk AS build
ARG COMMIT=unknown
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    ./mvnw -B -ntp -DskipTests -Destat.commit="${COMMIT}" package \
 && rm app/target/estat/lib/estat.aot

# 2. The distribution runs here. The AOT cache fits only the very JVM that trained it, so it is trained again in this stage.
FROM eclipse-temurin:${JAVA}-jre
RUN apt-get update \
 && apt-get install -y --no-install-recommends curl \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --system --gid 10001 estat \
 && useradd --system --uid 10001 --gid estat --no-create-home --shell /usr/sbin/nologin estat \
 && install -d -o estat -g estat /var/lib/estat /var/lib/estat/dlq
COPY --from=build /src/app/target/estat /opt/estat
RUN /opt/estat/bin/train-aot-cache \
 && ln -s /opt/estat/bin/estat /usr/local/bin/estat

USER 10001:10001
ENV DLQ_DIR=/var/lib/estat/dlq
# Batches that the store did not take wait here: give it a volume that outlives the container.
VOLUME /var/lib/estat
EXPOSE 8080
# SIGTERM reaches the JVM: the launcher execs it, and no shell stands before it.
ENTRYPOINT ["/opt/estat/bin/estat"]
CMD ["ingest"]
# No JVM is started for a check. For another HTTP_ADDR change the port here, too.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
  CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:8080/health"]
