package io.estat.ingest.http;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A server for each test, and one client that is connected to it. */
abstract class CollectFixture {
  CollectServer server;
  RawClient client;

  /** What the server is to be like; by default as it is where nothing is said. */
  ServerPlan plan() {
    return new ServerPlan();
  }

  @BeforeEach
  final void start() throws IOException {
    server = plan().start();
    client = server.connect();
  }

  @AfterEach
  final void stop() throws IOException {
    client.close();
    server.close();
  }
}
