package io.estat.testkit.gcs;

import io.estat.testkit.gcs.GcsBucket.Draft;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The /upload URI: media, multipart and resumable. Any thread. */
final class GcsUploads {
  private final String url;
  private final Map<String, GcsSession> sessions = new ConcurrentHashMap<>();
  private volatile boolean kept = true;

  GcsUploads(String url) {
    this.url = url;
  }

  void keepNoContent() {
    kept = false;
  }

  int openSessions() {
    return (int) sessions.values().stream().filter(GcsSession::isOpen).count();
  }

  GcsCall call(GcsRequest request) throws IOException {
    boolean resumable = request.parameter("uploadType").equals("resumable");
    return switch (request.method()) {
      case "POST" -> resumable ? GcsCall.OPEN_SESSION : GcsCall.INSERT;
      case "DELETE" -> GcsCall.CANCEL;
      case "PUT" -> session(request).kind(range(request));
      default -> throw GcsAnswer.notImplemented("the method " + request.method());
    };
  }

  GcsSession session(GcsRequest request) throws IOException {
    @Nullable GcsSession session = sessions.get(request.parameter("upload_id"));
    if (session == null) {
      throw GcsAnswer.notFound("the upload session");
    }
    return session;
  }

  private static GcsSession.Range range(GcsRequest request) throws IOException {
    return GcsSession.Range.parse(request.header("Content-Range"), request.contentLength());
  }

  GcsAnswer answer(GcsCall call, GcsRequest request, GcsBucket bucket, long limit)
      throws IOException {
    return switch (call) {
      case INSERT -> insert(request, bucket);
      case OPEN_SESSION -> open(request, bucket);
      case CANCEL -> session(request).cancel();
      default ->
          session(request)
              .put(range(request), request.body(), limit, request.header("x-goog-hash"));
    };
  }

  /** The connection ends after so many bytes. */
  void putCut(GcsRequest request, int bytes) throws IOException {
    var cut = new ByteArrayInputStream(request.body().readNBytes(bytes));
    GcsSession.Range range = range(request);
    var unfinished = new GcsSession.Range(range.first(), range.length(), Optional.empty());
    session(request).put(unfinished, cut, bytes, null);
  }

  private GcsAnswer insert(GcsRequest request, GcsBucket bucket) throws IOException {
    if (request.header("Content-Encoding") != null) {
      throw GcsAnswer.notImplemented("bodies with a Content-Encoding");
    }
    String type = String.valueOf(request.header("Content-Type"));
    byte[] body = request.body().readAllBytes();
    GcsMultipart parts =
        request.parameter("uploadType").equals("multipart")
            ? GcsMultipart.parse(type, body)
            : new GcsMultipart(new byte[0], type, body);
    Draft draft = draft(request, parts.metadata(), parts.mediaType());
    var content = new GcsContent(kept);
    content.append(parts.media(), 0, parts.media().length);
    GcsHash.check(content, draft.property("crc32c"), request.header("x-goog-hash"));
    return GcsAnswer.json(GcsJson.object(bucket.name(), bucket.publish(draft, content)));
  }

  private GcsAnswer open(GcsRequest request, GcsBucket bucket) throws IOException {
    @Nullable String type = request.header("X-Upload-Content-Type");
    Draft draft = draft(request, request.body().readAllBytes(), type == null ? "" : type);
    bucket.check(draft.name(), draft.ifGenerationMatch());
    String id = UUID.randomUUID().toString();
    sessions.put(id, new GcsSession(bucket, draft, new GcsContent(kept)));
    String location =
        "%s/upload/storage/v1/b/%s/o?uploadType=resumable&upload_id=%s"
            .formatted(url, bucket.name(), id);
    return new GcsAnswer(200, Map.of("Location", location), "");
  }

  /** Name and type may stand in the metadata or beside them. */
  private static Draft draft(GcsRequest request, byte[] metadata, String mediaType)
      throws IOException {
    GcsJson.Properties properties = GcsJson.properties(metadata);
    var fields = new HashMap<>(properties.fields());
    if (!mediaType.isEmpty()) {
      fields.putIfAbsent("contentType", mediaType);
    }
    String name = request.parameters().getOrDefault("name", fields.getOrDefault("name", ""));
    if (name.isEmpty()) {
      throw GcsAnswer.badRequest("Required parameter: name");
    }
    if (fields.containsKey("md5Hash")) {
      throw GcsAnswer.notImplemented("md5Hash");
    }
    return new Draft(
        name, new GcsJson.Properties(fields, properties.metadata()), request.ifGenerationMatch());
  }
}
