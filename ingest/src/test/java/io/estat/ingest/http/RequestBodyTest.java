package io.estat.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.ingest.batch.Budget;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RequestBodyTest {
  private final Budget budget = new Budget(10, 1 << 20, 64 * 1024);
  private final RequestBody body = new RequestBody(budget, ByteBufAllocator.DEFAULT);

  private boolean add(String text) {
    ByteBuf part = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    boolean added = body.add(part);
    assertThat(part.refCnt()).as("a small part must not hold a large read buffer").isEqualTo(1);
    part.release();
    return added;
  }

  @Test
  void joinsItsPartsWithoutHoldingTheBuffersTheyCameIn() {
    assertThat(add("ab")).isTrue();
    assertThat(add("c")).isTrue();
    assertThat(body.length()).isEqualTo(3);
    assertThat(body.whole().toString(StandardCharsets.US_ASCII)).isEqualTo("abc");
  }

  @Test
  void holdsNoMoreThanTheBudgetIsTold() {
    String text = "x".repeat(1_000);
    for (int i = 0; i < 100; i++) {
      assertThat(add(text)).isTrue();
      assertThat(budget.bytesTaken()).isGreaterThanOrEqualTo(body.length());
      assertThat(budget.bytesTaken()).isLessThanOrEqualTo(2L * body.length() + 1_024);
    }
    body.clear();
    assertThat(budget.bytesTaken()).isZero();
    assertThat(body.length()).isZero();
    assertThat(body.whole().isReadable()).isFalse();
  }

  @Test
  void takesNothingMoreOnceTheBudgetIsUsedUp() {
    int parts = 0;
    while (parts < 2_000 && add("x".repeat(10_000))) {
      parts++;
    }
    assertThat(parts).isBetween(1, 120);
    assertThat(body.length()).isEqualTo(parts * 10_000);
    body.clear();
    assertThat(budget.bytesTaken()).isZero();
  }

  /** Netty has its own bound of what it allocates, which thousands of slow clients may reach. */
  @Test
  void givesBackTheRoomForWhatCouldNotBeAllocated() {
    var used = new AtomicBoolean();
    var exhausted =
        new AbstractByteBufAllocator() {
          @Override
          protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            if (used.getAndSet(true)) {
              throw new OutOfMemoryError("direct memory");
            }
            return new UnpooledDirectByteBuf(this, initialCapacity, maxCapacity);
          }

          @Override
          protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            throw new UnsupportedOperationException();
          }

          @Override
          public boolean isDirectBufferPooled() {
            return false;
          }
        };
    var unlucky = new RequestBody(budget, exhausted);
    ByteBuf part = Unpooled.wrappedBuffer(new byte[2_000]);
    assertThat(unlucky.add(part)).isTrue();
    long held = budget.bytesTaken();
    assertThatThrownBy(() -> unlucky.add(part)).isInstanceOf(OutOfMemoryError.class);
    assertThat(budget.bytesTaken()).isEqualTo(held);
    unlucky.clear();
    assertThat(budget.bytesTaken()).isZero();
    part.release();
  }

  @Test
  void canBeUsedAgain() {
    assertThat(add("first")).isTrue();
    body.clear();
    assertThat(add("second")).isTrue();
    assertThat(body.whole().toString(StandardCharsets.US_ASCII)).isEqualTo("second");
  }
}
