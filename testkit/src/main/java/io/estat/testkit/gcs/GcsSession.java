package io.estat.testkit.gcs;

import io.estat.testkit.gcs.GcsBucket.Draft;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One resumable upload. Any thread; one request at a time. */
final class GcsSession {
  /** Bytes that are not the last are kept in multiples of this. */
  static final int UNIT = 256 * 1024;

  private enum State {
    OPEN,
    DONE,
    GONE
  }

  /** {@code bytes 0-99/*}, {@code bytes 0-99/100}, {@code bytes *}{@code /100}. */
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (?:(\\d+)-(\\d+)|\\*)/(\\d+|\\*)");

  /** What a PUT says of its body: first byte and length in the object, the object's length. */
  record Range(Optional<Long> first, long length, Optional<Long> total) {
    /** Without the header the body is the whole object. */
    static Range parse(@Nullable String header, long contentLength) throws IOException {
      if (header == null) {
        return new Range(Optional.of(0L), contentLength, Optional.of(contentLength));
      }
      Matcher matcher = CONTENT_RANGE.matcher(header);
      if (!matcher.matches()) {
        throw GcsAnswer.badRequest("Content-Range '" + header + "' is malformed");
      }
      Optional<Long> first = Optional.ofNullable(matcher.group(1)).map(Long::valueOf);
      long length = first.isEmpty() ? 0 : Long.parseLong(matcher.group(2)) + 1 - first.get();
      Optional<Long> total =
          Optional.of(matcher.group(3)).filter(text -> !text.equals("*")).map(Long::valueOf);
      if (length != contentLength || (first.isPresent() && length < 1)) {
        throw GcsAnswer.badRequest("Content-Range '" + header + "' does not fit the body");
      }
      if (first.isPresent() && total.isPresent() && first.get() + length > total.get()) {
        throw GcsAnswer.badRequest("Content-Range '" + header + "' is beyond the total");
      }
      return new Range(first, length, total);
    }
  }

  private final GcsBucket bucket;
  private final Draft draft;
  private final GcsContent content;
  private State state = State.OPEN;
  private @Nullable GcsObject object;
  private boolean corrupts;

  GcsSession(GcsBucket bucket, Draft draft, GcsContent content) {
    this.bucket = bucket;
    this.draft = draft;
    this.content = content;
  }

  synchronized boolean isOpen() {
    return state == State.OPEN;
  }

  synchronized GcsCall kind(Range range) {
    if (range.first().isEmpty()) {
      boolean all = range.total().isPresent() && range.total().get() == content.length();
      return all ? GcsCall.COMPLETE : GcsCall.STATUS;
    }
    boolean last = range.total().isPresent() && end(range) == range.total().get();
    return last ? GcsCall.COMPLETE : GcsCall.CHUNK;
  }

  private static long end(Range range) {
    return range.first().orElseThrow() + range.length();
  }

  /**
   * Keeps the bytes and completes the object if they are its last.
   *
   * @param limit at most so many bytes of the body are kept
   * @param hash the value of x-goog-hash, or null
   */
  synchronized GcsAnswer put(Range range, InputStream body, long limit, @Nullable String hash)
      throws IOException {
    if (state == State.GONE) {
      throw gone();
    }
    if (object != null) {
      body.skipNBytes(range.length());
      return GcsAnswer.json(GcsJson.object(bucket.name(), object));
    }
    if (range.first().isPresent()) {
      keep(range, body, limit);
    }
    boolean complete = range.total().isPresent() && content.length() == range.total().get();
    return complete ? complete(hash) : incomplete();
  }

  /** Bytes that are there already are passed over; a rest below the unit only counts at the end. */
  private void keep(Range range, InputStream body, long limit) throws IOException {
    long first = range.first().orElseThrow();
    if (first > content.length()) {
      throw GcsAnswer.badRequest(
          "According to the Content-Range header, the upload offset is %d byte(s), which exceeds already uploaded size of %d byte(s)."
              .formatted(first, content.length()));
    }
    body.skipNBytes(Math.min(content.length() - first, range.length()));
    long left = first + Math.min(range.length(), limit) - content.length();
    boolean last = range.total().isPresent() && content.length() + left == range.total().get();
    while (left > 0) {
      byte[] unit = body.readNBytes((int) Math.min(UNIT, left));
      boolean whole = unit.length == UNIT || (last && unit.length == left);
      if (!whole) {
        break;
      }
      if (corrupts) {
        unit[0]++;
        corrupts = false;
      }
      content.append(unit, 0, unit.length);
      left -= unit.length;
    }
    body.transferTo(OutputStream.nullOutputStream());
  }

  private GcsAnswer complete(@Nullable String hash) throws IOException {
    // Whatever the outcome is, the session has ended.
    state = State.GONE;
    GcsHash.check(content, draft.property("crc32c"), hash);
    object = bucket.publish(draft, content);
    state = State.DONE;
    return GcsAnswer.json(GcsJson.object(bucket.name(), object));
  }

  private GcsAnswer incomplete() {
    Map<String, String> range =
        content.length() == 0 ? Map.of() : Map.of("Range", "bytes=0-" + (content.length() - 1));
    return new GcsAnswer(308, range, "");
  }

  synchronized GcsAnswer cancel() throws IOException {
    if (state != State.OPEN) {
      throw gone();
    }
    state = State.GONE;
    return GcsAnswer.of(499);
  }

  /** The next byte is damaged. */
  synchronized void corrupt() {
    corrupts = true;
  }

  synchronized void forget() {
    state = State.GONE;
  }

  private static GcsAnswer.Refusal gone() {
    return new GcsAnswer.Refusal(410, "gone", "the upload session does not exist any more");
  }
}
