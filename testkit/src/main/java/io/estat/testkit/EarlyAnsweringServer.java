package io.estat.testkit;

import io.estat.testkit.RawHttpServer.Request;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that understands S3's put and head of an object and answers puts in the manners in which
 * real servers and the networks before them lose an outcome. The manner can be changed at any time
 * and counts for the requests that come after. No signature is checked.
 */
public final class EarlyAnsweringServer implements AutoCloseable {
  /** What happens to a put. HEAD is answered truthfully except by the first three. */
  public enum Manner {
    /** Nothing is read after the head, and nothing is ever answered. */
    NEVER_ANSWERS,
    /** The body is welcome; 64 KiB of it are read, then no more, and nothing is answered. */
    STOPS_READING,
    /** The connection is reset before anything is answered. */
    RESETS,
    /** 412 at once and closed, with the body unread. */
    ANSWERS_412_UNREAD,
    /** The body is welcome; then 412 at once and closed, with the body unread. */
    WELCOMES_THEN_ANSWERS_412_UNREAD,
    /** The body is welcome; after 64 KiB of it the connection is reset. */
    RESETS_IN_MID_BODY,
    /** The object is stored, then the connection is closed without an answer. */
    STORES_AND_LOSES_THE_ANSWER,
    /** As a good server: 200, or 412 (with the body read) to a conditional put of a taken key. */
    ANSWERS
  }

  private static final int SOME_BYTES = 64 * 1024;

  private final RawHttpServer server = new RawHttpServer(this::handle);
  private final Map<String, List<String>> headersByPath = new ConcurrentHashMap<>();
  private final AtomicInteger puts = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Manner manner;

  public EarlyAnsweringServer(Manner manner) {
    this.manner = manner;
  }

  /** For {@code StoreSettings.endpoint}. */
  public String url() {
    return server.url();
  }

  public void behave(Manner manner) {
    this.manner = manner;
  }

  /** Puts whose head was read. */
  public int puts() {
    return puts.get();
  }

  /** Whether the object under {@code /bucket/key} was stored. */
  public boolean holds(String path) {
    return headersByPath.containsKey(path);
  }

  private void handle(Request request) throws IOException {
    Manner now = manner;
    if (request.method().equals("PUT")) {
      puts.incrementAndGet();
      put(request, now);
    } else if (now.compareTo(Manner.RESETS) <= 0) {
      put(request, now);
    } else {
      head(request);
    }
  }

  private void put(Request request, Manner now) throws IOException {
    switch (now) {
      case NEVER_ANSWERS -> awaitClose();
      case STOPS_READING -> {
        request.welcomeBody();
        readSome(request);
        awaitClose();
      }
      case RESETS -> request.reset();
      case ANSWERS_412_UNREAD -> conflict(request);
      case WELCOMES_THEN_ANSWERS_412_UNREAD -> {
        request.welcomeBody();
        conflict(request);
      }
      case RESETS_IN_MID_BODY -> {
        request.welcomeBody();
        readSome(request);
        request.reset();
      }
      case STORES_AND_LOSES_THE_ANSWER -> store(request);
      case ANSWERS -> {
        if (store(request)) {
          request.answer("200 OK", "ETag: \"0\"", "Content-Length: 0", "Connection: close");
        } else {
          conflict(request);
        }
      }
    }
  }

  private static void conflict(Request request) throws IOException {
    request.answer("412 Precondition Failed", "Content-Length: 0", "Connection: close");
  }

  private void head(Request request) throws IOException {
    List<String> headers = headersByPath.get(request.path());
    if (!request.method().equals("HEAD")) {
      request.answer("501 Not Implemented", "Content-Length: 0", "Connection: close");
    } else if (headers == null) {
      request.answer("404 Not Found", "Content-Length: 0", "Connection: close");
    } else {
      request.answer("200 OK", headers.toArray(String[]::new));
    }
  }

  private boolean store(Request request) throws IOException {
    request.welcomeBody();
    long length = request.contentLength();
    request.body().skipNBytes(length);
    var headers = new ArrayList<String>();
    headers.add("Content-Length: " + length);
    headers.add("Connection: close");
    for (String line : request.head()) {
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("x-amz-meta-") || lower.startsWith("content-type:")) {
        headers.add(line);
      }
    }
    if (request.header("If-None-Match").isPresent()) {
      return headersByPath.putIfAbsent(request.path(), headers) == null;
    }
    headersByPath.put(request.path(), headers);
    return true;
  }

  private static void readSome(Request request) throws IOException {
    InputStream body = request.body();
    body.skipNBytes(Math.min(SOME_BYTES, request.contentLength()));
  }

  private void awaitClose() throws IOException {
    try {
      closed.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.close();
  }
}
