package io.estat.ingest.batch;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Lines of a request, each with a body of plain letters that needs no escaping. */
public final class TextLines implements RequestLines {
  /** What a line has beside its body, {@code ts} included: ten digits until the year 2286. */
  public static final int FRAME_BYTES = "{\"ts\":1700000000,\"body\":\"\"}\n".length();

  private final List<byte[]> tails;
  private byte[] current = new byte[0];

  private TextLines(List<byte[]> tails) {
    this.tails = tails;
  }

  public static TextLines of(String... bodies) {
    return new TextLines(Arrays.stream(bodies).map(TextLines::tail).toList());
  }

  /** One line that has exactly so many bytes in the batch. */
  public static TextLines ofBytes(int lineBytes) {
    return of("x".repeat(lineBytes - FRAME_BYTES));
  }

  private static byte[] tail(String body) {
    return (",\"body\":\"" + body + "\"}\n").getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public int events() {
    return tails.size();
  }

  @Override
  public long maxBytes() {
    return tails.stream().mapToLong(tail -> tail.length).sum();
  }

  @Override
  public int encode(int index) {
    current = tails.get(index);
    return current.length;
  }

  @Override
  public byte[] bytes() {
    return current;
  }
}
