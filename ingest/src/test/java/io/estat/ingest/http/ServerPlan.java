package io.estat.ingest.http;

import io.estat.ingest.batch.BatchLimits;
import io.estat.ingest.http.HttpConfig.Timeouts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a test wants of its {@link CollectServer}; whatever is not said is as by default. */
final class ServerPlan {
  static final List<String> LOOPBACK = List.of("127.0.0.0/8", "::1/128");

  int ioThreads = 1;
  int maxBodyBytes = 16_384;
  int maxConnections = 16_384;
  Timeouts timeouts = Timeouts.DEFAULTS;
  List<String> corsOrigins = List.of();
  List<String> writeKeys = List.of();
  HttpConfig.@Nullable Tls tls;
  boolean admin;
  boolean ackDisk;

  ClientAddress.Mode ipMode = ClientAddress.Mode.FULL;
  @Nullable String ipHeader = "x-forwarded-for";
  List<String> trustedProxies = LOOPBACK;
  boolean cookie = true;
  List<String> collectHeaders = List.of();

  int batchEvents = 5_000;
  int batchBytes = 1 << 20;
  int channelEvents = 4_000;
  int uploadQueue = 4;
  long budgetBytes = 64 << 20;

  CollectServer start() throws IOException {
    return new CollectServer(this);
  }

  LineConfig line() {
    var address = new ClientAddress(ipMode, ipHeader, new CidrSet(trustedProxies));
    return new LineConfig(address, cookie, collectHeaders);
  }

  BatchLimits limits() {
    return new BatchLimits(
        batchEvents, batchBytes, Duration.ofMinutes(2), channelEvents, uploadQueue, budgetBytes);
  }

  /** Room for so many events and not one more. */
  ServerPlan room(int events) {
    batchEvents = events;
    channelEvents = 0;
    uploadQueue = 0;
    return this;
  }

  ServerPlan corsOrigins(String... origins) {
    corsOrigins = List.of(origins);
    return this;
  }

  ServerPlan writeKeys(String... keys) {
    writeKeys = List.of(keys);
    return this;
  }

  ServerPlan collectHeaders(String... names) {
    collectHeaders = List.of(names);
    return this;
  }

  ServerPlan trustedProxies(String... cidrs) {
    trustedProxies = List.of(cidrs);
    return this;
  }

  ServerPlan ipHeader(@Nullable String name) {
    ipHeader = name;
    return this;
  }

  ServerPlan ipMode(ClientAddress.Mode mode) {
    ipMode = mode;
    return this;
  }

  ServerPlan withoutCookie() {
    cookie = false;
    return this;
  }

  ServerPlan maxBodyBytes(int bytes) {
    maxBodyBytes = bytes;
    return this;
  }

  ServerPlan maxConnections(int count) {
    maxConnections = count;
    return this;
  }

  ServerPlan tls(HttpConfig.Tls files) {
    tls = files;
    return this;
  }

  /** Answers wait until the test says that the disk has their events. */
  ServerPlan ackDisk() {
    ackDisk = true;
    return this;
  }

  ServerPlan adminPort() {
    admin = true;
    return this;
  }

  ServerPlan timeouts(Duration idle, Duration request, Duration write, Duration linger) {
    timeouts = new Timeouts(idle, request, write, linger);
    return this;
  }
}
