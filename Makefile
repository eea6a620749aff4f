# The commands of a working day. `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help run test it check dist clean bench-ingest bench-ingest-inner bench-dlq bench-etl soak torture

# Where nginx and Go's tools are installed; `make it` looks for them on the PATH.
export PATH := $(PATH):/usr/sbin:$(HOME)/go/bin:/usr/local/go/bin

# Maven on a JDK of release 25, whatever the default `java` is. The commit goes into `estat version` and the metrics.
MVN = JAVA_HOME=$$(app/src/dist/bin/find-jdk jdk) && export JAVA_HOME && \
	./mvnw -B -ntp -Destat.commit=$$(git describe --always --dirty 2>/dev/null || echo unknown)

VERSION = $(shell sed -n 's:.*<version>\(.*\)</version>.*:\1:p' pom.xml | head -1)

# The bench is not shipped: it runs on the classes of the build.
BENCH = JAVA_HOME=$$(app/src/dist/bin/find-jdk jdk) && "$$JAVA_HOME/bin/java" -Xmx1g -XX:+UseSerialGC \
	--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Dslf4j.internal.verbosity=ERROR \
	-cp "bench/target/classes:$$(cat bench/target/runtime.classpath)"

# With the flags that the engine is shipped with.
BENCH_ETL = JAVA_HOME=$$(app/src/dist/bin/find-jdk jdk) && "$$JAVA_HOME/bin/java" @app/src/dist/jvm/etl.options \
	-Dslf4j.internal.verbosity=ERROR -cp "bench/target/classes:$$(cat bench/target/runtime.classpath)"

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 26

run: app/target/estat.built ## Build if needed, then start the demo on port 8080
	./estat demo

test: ## Run every test that needs nothing but a JDK 25 and Maven Central
	$(MVN) -T 2 verify

it: ## Run the tests against MinIO, fake-gcs-server, MariaDB, nginx, strace, Chromium, the fuzzer, DuckDB and Spark
	.ci/outer-servers
	$(MVN) -Pit verify

# Compiled anew, because an earlier -Dquick compile was not analyzed.
check: ## Check format, static analysis, architecture, dependencies and NOTICE
	rm -rf */target/classes */target/test-classes */target/maven-status
	$(MVN) -Pcheck verify

dist: ## Build app/target/estat and the same as a .tar.gz
	$(MVN) -DskipTests package
	tar -czf app/target/estat-$(VERSION).tar.gz -C app/target estat
	@ls -l app/target/estat-$(VERSION).tar.gz

bench-ingest: app/target/estat.built ## Measure what an event costs beside nginx, and print the tables
	@$(BENCH) io.estat.bench.IngestBench

soak: app/target/estat.built ## Run a small container for minutes, its store busy for a fifth of them and away for the next (SOAK_MINUTES=10 SOAK_ACK=memory)
	@$(BENCH) io.estat.bench.Soak

bench-dlq: app/target/estat.built ## Drain a dead-letter queue of a million files, and print what one costs (DLQ_FILES=1000000)
	@$(BENCH) io.estat.bench.DlqBench

bench-ingest-inner: app/target/estat.built ## Measure the inner parts of the ingest server with JMH
	@$(BENCH) org.openjdk.jmh.Main -prof gc

bench-etl: app/target/estat.built ## Measure what a row costs beside psql, Spark and a plain JDBC loop, and print the table
	@$(BENCH_ETL) io.estat.bench.etl.EtlBench

# How long a torture is, and which: it ends with the first of ROUNDS and MINUTES. So many rounds have 200 with ACK=disk.
ROUNDS = 365
MINUTES = 60
SEED = 1

torture: ## Kill, stop and starve the server under load, and count what is lost (ROUNDS=365 MINUTES=60 SEED=1)
	$(MVN) -Dquick -DskipTests -q package
	@JAVA_HOME=$$(app/src/dist/bin/find-jdk jdk) && "$$JAVA_HOME/bin/java" -Xmx1g -Destat.dist=app/target/estat \
		-Dslf4j.internal.verbosity=ERROR -cp "app/target/test-classes:app/target/classes:$$(cat app/target/test.classpath)" \
		io.estat.app.Torture $(ROUNDS) $(MINUTES) $(SEED) app/target/torture

clean: ## Remove everything that was built
	rm -rf target */target

# Folders are listed, too: a removed file makes its folder newer.
app/target/estat.built: pom.xml $(shell find */pom.xml */src/main app/src/dist)
	$(MVN) -Dquick -DskipTests -q package
