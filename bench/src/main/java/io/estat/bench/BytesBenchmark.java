package io.estat.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.estat.jsonl.GzipEncoder;
import io.estat.jsonl.GzipEngine;
import io.estat.jsonl.JsonText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What an event costs in escaping its body and in gzip, one event an operation. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BytesBenchmark {
  private static final int BATCH = 5000;
  private static final int BROWSERS = 64;

  private byte[] body = new byte[0];
  private byte[] escaped = new byte[0];
  private byte[] lines = new byte[0];
  private GzipEncoder gzip = GzipEngine.best().encoder(1);

  /** A batch as 64 browsers in turn make it. */
  @Setup
  public void prepare() {
    StringBuilder all = new StringBuilder();
    RequestTemplate[] browsers = new RequestTemplate[BROWSERS];
    ByteBuf[] requests = new ByteBuf[BROWSERS];
    for (int i = 0; i < BROWSERS; i++) {
      browsers[i] = new RequestTemplate(Shape.SATURATION, i);
      requests[i] = Unpooled.copiedBuffer(browsers[i].bytes());
    }
    for (int i = 0; i < BATCH; i++) {
      ByteBuf request = requests[i % BROWSERS];
      browsers[i % BROWSERS].number(request, i);
      all.append(line(request.toString(US_ASCII)));
    }
    String request = requests[0].toString(US_ASCII);
    lines = all.toString().getBytes(US_ASCII);
    body = request.substring(request.indexOf("\r\n\r\n") + 4).getBytes(US_ASCII);
    escaped = new byte[body.length * JsonText.MAX_ESCAPED_BYTES_PER_BYTE];
  }

  /** As the server writes it. */
  private static String line(String request) {
    String quote = "\\\"";
    return "{\"ts\":1700000000,\"ip\":\"127.0.0.1\",\"user_agent\":\""
        + header(request, "User-Agent")
        + "\",\"cookie\":\""
        + header(request, "Cookie")
        + "\",\"body\":\""
        + request.substring(request.indexOf("\r\n\r\n") + 4).replace("\"", quote)
        + "\"}\n";
  }

  private static String header(String request, String name) {
    int at = request.indexOf("\r\n" + name + ": ") + name.length() + 4;
    return request.substring(at, request.indexOf('\r', at));
  }

  @TearDown
  public void close() {
    gzip.close();
  }

  @Benchmark
  public int escapeBody() {
    return JsonText.escapeUtf8(body, 0, body.length, escaped, 0);
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long gzipLine() throws IOException {
    gzip.begin((bytes, offset, length) -> {});
    gzip.write(lines, 0, lines.length);
    return gzip.finish().gzipBytes();
  }
}
