package io.estat.storage.gcs;

import com.google.api.client.http.EmptyContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpContent;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.json.JsonHttpContent;
import com.google.api.client.json.JsonObjectParser;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.storage.model.StorageObject;
import io.estat.storage.ObjectSum;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.Part;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import io.estat.storage.gcs.GcsFailures.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One resumable upload session ("Perform resumable uploads", JSON API, in the documentation of
 * Cloud Storage). The library's own channel for sessions publishes when it is closed, also after an
 * error, and cannot be cancelled; hence requests of our own over the library's transport. Whoever
 * knows the session's address can write to it, so it stands in no message, cause or log. One thread
 * at a time.
 */
final class GcsSession {
  /** Bytes of a session that are not its last come in multiples of this. */
  static final int UNIT_BYTES = 256 * 1024;

  private static final int INCOMPLETE = 308;

  /** "Client Closed Request": what a cancelled session is answered with. */
  private static final int CANCELLED = 499;

  private static final int MAX_TEXT = 200;
  private static final Pattern RANGE = Pattern.compile("bytes=0-(\\d+)");

  private final GcsConnection connection;
  private final String doing;
  private final String address;

  /** Bytes that the store has, as far as it has said so. */
  private long persisted;

  /** A request ended without a plain answer: what the store has must be asked first. */
  private boolean uncertain;

  private GcsSession(GcsConnection connection, String doing, String address) {
    this.connection = connection;
    this.doing = doing;
    this.address = address;
  }

  /** Empty if an object has the key already. */
  static Optional<GcsSession> open(
      GcsConnection connection, String bucket, ObjectUploadRequest request, String doing)
      throws IOException {
    var metadata =
        new StorageObject()
            .setName(request.key())
            .setContentType(request.contentType())
            .setMetadata(request.metadata());
    var url = new GenericUrl(connection.host());
    url.setRawPath("/upload/storage/v1/b/" + bucket + "/o");
    url.set("uploadType", "resumable");
    url.set("ifGenerationMatch", 0);
    HttpRequest post =
        connection
            .requests()
            .buildPostRequest(url, new JsonHttpContent(GsonFactory.getDefaultInstance(), metadata));
    Answer answer = send(doing, post);
    if (answer.status() == 412) {
      return Optional.empty();
    }
    @Nullable String address = answer.location();
    if (answer.status() != 200 && answer.status() != 201) {
      throw GcsFailures.answered(doing, Call.OTHER, answer.status(), answer.text(), null);
    }
    if (address == null) {
      throw new StoreException(
          Kind.REJECTED, doing + " failed: the store opened a session without a Location", null);
    }
    return Optional.of(new GcsSession(connection, doing, address));
  }

  /**
   * Sends what the store does not have of these bytes; it may take several requests, since it may
   * keep less than it is sent.
   */
  void send(Part part) throws IOException {
    long end = part.offset() + part.length();
    settle(part.offset(), end);
    while (persisted < end) {
      long before = persisted;
      String range = "bytes %d-%d/*".formatted(persisted, end - 1);
      Answer answer = put(range, new PartContent(part, persisted - part.offset()), null);
      if (answer.status() != INCOMPLETE) {
        throw answer.failure(doing);
      }
      persisted = answer.persisted(doing);
      requireBetween(part.offset(), end);
      if (persisted == before) {
        throw new StoreException(
            Kind.UNAVAILABLE, doing + ": the store keeps nothing of " + part, null);
      }
    }
  }

  /**
   * Publishes the object with its last bytes.
   *
   * @return empty if an object has the key
   */
  Optional<StorageObject> complete(Part tail, ObjectSum sum) throws IOException {
    Optional<StorageObject> published = settle(tail.offset(), sum.bytes());
    if (published.isPresent()) {
      return published;
    }
    long left = sum.bytes() - persisted;
    String bytes = left == 0 ? "*" : "%d-%d".formatted(persisted, sum.bytes() - 1);
    HttpContent content =
        left == 0 ? new EmptyContent() : new PartContent(tail, persisted - tail.offset());
    Answer answer =
        put(
            "bytes %s/%d".formatted(bytes, sum.bytes()),
            content,
            "crc32c=" + GcsContent.base64(sum.crc32c()));
    if (answer.status() == 412) {
      return Optional.empty();
    }
    if (answer.object() == null) {
      throw answer.failure(doing);
    }
    return Optional.of(answer.object());
  }

  /**
   * Finds out what the store has, if that is not known.
   *
   * @return the object if the session turns out to be complete
   */
  private Optional<StorageObject> settle(long from, long to) throws IOException {
    if (uncertain) {
      Answer answer = put("bytes */*", new EmptyContent(), null);
      if (answer.object() != null) {
        return Optional.of(answer.object());
      }
      if (answer.status() != INCOMPLETE) {
        throw answer.failure(doing);
      }
      persisted = answer.persisted(doing);
    }
    requireBetween(from, to);
    return Optional.empty();
  }

  /** What came before is not there any more to be sent again. */
  private void requireBetween(long from, long to) throws StoreException {
    if (persisted < from || persisted > to) {
      throw new StoreException(
          Kind.REJECTED,
          "%s failed: the session has %d bytes, which must be between %d and %d; begin anew"
              .formatted(doing, persisted, from, to),
          null);
    }
  }

  /** Afterwards nothing that was sent can become visible; a session that is gone is fine. */
  void cancel() throws IOException {
    Answer answer =
        send(doing, connection.requests().buildDeleteRequest(new GenericUrl(address, true)));
    boolean gone = answer.status() == CANCELLED || answer.status() == 404 || answer.status() == 410;
    if (!gone && answer.status() >= 300) {
      throw answer.failure(doing);
    }
  }

  private Answer put(String range, HttpContent content, @Nullable String hash) throws IOException {
    HttpRequest put = connection.requests().buildPutRequest(new GenericUrl(address, true), content);
    put.getHeaders().setContentRange(range);
    if (hash != null) {
      put.getHeaders().set("x-goog-hash", hash);
    }
    uncertain = true;
    Answer answer = send(doing, put);
    uncertain = answer.status() != INCOMPLETE;
    return answer;
  }

  /** Messages of the library's exceptions hold addresses, so none of them goes further. */
  private static Answer send(String doing, HttpRequest request) throws IOException {
    request.setThrowExceptionOnExecuteError(false).setFollowRedirects(false);
    request.setParser(new JsonObjectParser(GsonFactory.getDefaultInstance()));
    HttpResponse response = execute(doing, request);
    try {
      int status = response.getStatusCode();
      @Nullable StorageObject object =
          (status == 200 || status == 201) && request.getRequestMethod().equals("PUT")
              ? response.parseAs(StorageObject.class)
              : null;
      String text = object == null && status >= 400 ? text(response) : "";
      return new Answer(
          status,
          response.getHeaders().getLocation(),
          response.getHeaders().getRange(),
          object,
          text);
    } catch (IOException | IllegalArgumentException e) {
      throw noAnswer(doing, e);
    } finally {
      response.disconnect();
    }
  }

  private static HttpResponse execute(String doing, HttpRequest request) throws IOException {
    try {
      return request.execute();
    } catch (CredentialsUnavailable e) {
      throw e;
    } catch (IOException e) {
      throw noAnswer(doing, e);
    }
  }

  private static StoreException noAnswer(String doing, Exception e) {
    String text = String.valueOf(e.getMessage());
    String safe = text.contains("/") ? "" : ": " + text;
    return new StoreException(
        Kind.UNKNOWN_OUTCOME,
        doing + " got no answer: " + e.getClass().getSimpleName() + safe,
        null);
  }

  /** The start of an error's document; it holds no address. */
  private static String text(HttpResponse response) throws IOException {
    byte[] start =
        response.getContent() == null ? new byte[0] : response.getContent().readNBytes(MAX_TEXT);
    return new String(start, StandardCharsets.UTF_8).replaceAll("\\s+", " ");
  }

  /**
   * @param object the published object, in an answer to a PUT with 200 or 201
   */
  private record Answer(
      int status,
      @Nullable String location,
      @Nullable String range,
      @Nullable StorageObject object,
      String text) {

    /** Without a Range the store has nothing. */
    long persisted(String doing) throws StoreException {
      if (range == null) {
        return 0;
      }
      Matcher matcher = RANGE.matcher(range);
      if (!matcher.matches()) {
        throw new StoreException(
            Kind.UNKNOWN_OUTCOME, doing + ": the store's Range is no range of bytes", null);
      }
      return Long.parseLong(matcher.group(1)) + 1;
    }

    StoreException failure(String doing) {
      return switch (status) {
        case 404, 410, CANCELLED ->
            new StoreException(
                Kind.REJECTED,
                doing + " failed: " + status + ": the upload session is gone; begin anew",
                null);
        case INCOMPLETE ->
            new StoreException(
                Kind.UNAVAILABLE, doing + ": the store does not have all bytes yet", null);
        default -> GcsFailures.answered(doing, Call.OTHER, status, text, null);
      };
    }
  }
}
