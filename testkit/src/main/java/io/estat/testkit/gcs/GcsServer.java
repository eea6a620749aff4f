package io.estat.testkit.gcs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A Cloud Storage of the JSON API on 127.0.0.1, with objects in memory and the faults that a test
 * asks for. What it does not know (other parameters, MD5, delimiters) it answers with 501. Any
 * thread.
 */
public final class GcsServer implements AutoCloseable {
  private final Map<String, GcsBucket> buckets = new ConcurrentHashMap<>();
  private final Map<GcsCall, Queue<GcsFault>> faults = new EnumMap<>(GcsCall.class);
  private final List<GcsCall> calls = new CopyOnWriteArrayList<>();
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer http;
  private final GcsUploads uploads;
  private volatile int pageLimit = 1000;
  private volatile @Nullable String token;

  /** Starts it on a free port, without buckets. */
  public GcsServer() {
    // Read when the JDK's server is loaded; otherwise each answer waits 40 ms for more to send.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    uploads = new GcsUploads(url());
    http.setExecutor(threads);
    http.createContext("/", this::serve);
    http.start();
  }

  public String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  public void createBucket(String name) {
    buckets.put(name, new GcsBucket(name));
  }

  /** From now on only length and checksum of contents are kept. */
  public void keepNoContent() {
    uploads.keepNoContent();
  }

  /** From now on requests without this bearer token are answered with 401. */
  public void requireToken(String bearer) {
    token = bearer;
  }

  /** Lists end after so many objects, as those of a server may at any time. */
  public void limitPages(int objects) {
    pageLimit = objects;
  }

  /** What happens to the next calls of this kind, one after the other; then all goes well again. */
  public void plan(GcsCall call, GcsFault... next) {
    synchronized (faults) {
      faults.computeIfAbsent(call, _ -> new ArrayDeque<>()).addAll(List.of(next));
    }
  }

  public Optional<GcsObject> object(String bucket, String name) {
    return Optional.ofNullable(buckets.get(bucket)).flatMap(found -> found.find(name));
  }

  /** Resumable sessions that are neither complete nor cancelled. */
  public int openSessions() {
    return uploads.openSessions();
  }

  /** All calls so far, those with faults among them. */
  public List<GcsCall> calls() {
    return List.copyOf(calls);
  }

  /** Method, object and Content-Range of all requests so far. */
  public List<String> heads() {
    return List.copyOf(heads);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      GcsAnswer answer;
      try {
        GcsRequest request = GcsRequest.parse(exchange);
        heads.add(request.toString());
        answer = faulty(request);
      } catch (GcsAnswer.Refusal refusal) {
        answer = refusal.answer();
      }
      if (answer != null) {
        send(exchange, answer);
      }
    }
  }

  /** Null: the connection ends without an answer, or the answer was sent. */
  private @Nullable GcsAnswer faulty(GcsRequest request) throws IOException {
    GcsBucket bucket = buckets.get(request.bucket());
    if (bucket == null) {
      request.body().transferTo(OutputStream.nullOutputStream());
      throw GcsAnswer.notFound("The specified bucket");
    }
    if (token != null && !("Bearer " + token).equals(request.header("Authorization"))) {
      throw new GcsAnswer.Refusal(401, "authError", "Invalid Credentials");
    }
    GcsCall call = call(request);
    calls.add(call);
    switch (next(call)) {
      case GcsFault.None _ -> {
        return answer(call, request, bucket, Long.MAX_VALUE);
      }
      case GcsFault.LosesAnswer _ -> {
        answer(call, request, bucket, Long.MAX_VALUE);
        return null;
      }
      case GcsFault.Hangs _ -> {
        awaitClose();
        return null;
      }
      case GcsFault.ForgetsSession _ -> {
        uploads.session(request).forget();
        return answer(call, request, bucket, Long.MAX_VALUE);
      }
      case GcsFault.Corrupts _ -> {
        uploads.session(request).corrupt();
        return answer(call, request, bucket, Long.MAX_VALUE);
      }
      case GcsFault.Answers answers -> {
        request.body().transferTo(OutputStream.nullOutputStream());
        throw new GcsAnswer.Refusal(answers.status(), "fault", "as the test asked for");
      }
      case GcsFault.CutsBody cuts -> {
        if (call == GcsCall.CHUNK || call == GcsCall.COMPLETE) {
          // The rest of the body stays unread: the connection cannot be used any more.
          uploads.putCut(request, cuts.bytes());
        } else {
          request.body().skipNBytes(cuts.bytes());
        }
        return null;
      }
      case GcsFault.PersistsOnly persists -> {
        return answer(call, request, bucket, persists.bytes());
      }
      case GcsFault.CutsAnswer cuts -> {
        GcsContent content = bucket.get(request.object()).content();
        request.exchange().sendResponseHeaders(200, content.length());
        content.writeTo(request.exchange().getResponseBody(), cuts.bytes());
        request.exchange().getResponseBody().flush();
        return null;
      }
    }
  }

  private GcsFault next(GcsCall call) {
    synchronized (faults) {
      Queue<GcsFault> planned = faults.get(call);
      @Nullable GcsFault fault = planned == null ? null : planned.poll();
      return fault == null ? GcsFault.NONE : fault;
    }
  }

  private GcsCall call(GcsRequest request) throws IOException {
    if (request.upload()) {
      return uploads.call(request);
    }
    boolean media = request.parameter("alt").equals("media");
    return switch (request.method()) {
      case "GET" -> request.object().isEmpty() ? GcsCall.LIST : media ? GcsCall.MEDIA : GcsCall.GET;
      case "DELETE" -> GcsCall.DELETE;
      default -> throw GcsAnswer.notImplemented("the method " + request.method());
    };
  }

  private @Nullable GcsAnswer answer(GcsCall call, GcsRequest request, GcsBucket bucket, long limit)
      throws IOException {
    return switch (call) {
      case INSERT, OPEN_SESSION, CHUNK, COMPLETE, STATUS, CANCEL ->
          uploads.answer(call, request, bucket, limit);
      case GET -> {
        bucket.check(request.object(), request.ifGenerationMatch());
        yield GcsAnswer.json(GcsJson.object(bucket.name(), bucket.get(request.object())));
      }
      case MEDIA -> {
        media(request.exchange(), bucket.get(request.object()));
        yield null;
      }
      case LIST -> list(request, bucket);
      case DELETE -> {
        bucket.delete(request.object(), request.ifGenerationMatch());
        yield GcsAnswer.of(204);
      }
    };
  }

  private GcsAnswer list(GcsRequest request, GcsBucket bucket) {
    String asked = request.parameter("maxResults");
    int limit = Math.min(pageLimit, asked.isEmpty() ? 1000 : Integer.parseInt(asked));
    @Nullable String after = request.parameters().get("pageToken");
    List<GcsObject> found =
        bucket.list(
            request.parameter("prefix"), request.parameter("startOffset"), after, limit + 1);
    List<GcsObject> page = found.subList(0, Math.min(limit, found.size()));
    boolean more = found.size() > limit;
    return GcsAnswer.json(GcsJson.page(bucket.name(), page, more ? page.getLast().name() : null));
  }

  /** With decompressive transcoding, as the real one has it: see {@code Accept-Encoding}. */
  private static void media(HttpExchange exchange, GcsObject object) throws IOException {
    if (!object.contentEncoding().isEmpty()) {
      String accepted = String.valueOf(exchange.getRequestHeaders().getFirst("Accept-Encoding"));
      if (!accepted.contains("gzip")) {
        throw GcsAnswer.notImplemented("transcoding: the request does not accept gzip");
      }
      exchange.getResponseHeaders().set("Content-Encoding", object.contentEncoding());
    }
    exchange.getResponseHeaders().set("Content-Type", object.contentType());
    exchange.getResponseHeaders().set("x-goog-generation", Long.toString(object.generation()));
    exchange.getResponseHeaders().set("x-goog-hash", "crc32c=" + object.content().crc32c());
    long length = object.content().length();
    exchange.sendResponseHeaders(200, length == 0 ? -1 : length);
    if (length > 0) {
      try (OutputStream out = exchange.getResponseBody()) {
        object.content().writeTo(out, length);
      }
    }
  }

  private static void send(HttpExchange exchange, GcsAnswer answer) throws IOException {
    InputStream rest = exchange.getRequestBody();
    rest.transferTo(OutputStream.nullOutputStream());
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    byte[] body = answer.json().getBytes(StandardCharsets.UTF_8);
    if (body.length > 0) {
      exchange.getResponseHeaders().set("Content-Type", "application/json; charset=UTF-8");
    }
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
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
    http.stop(0);
    threads.shutdownNow();
  }
}
