package io.estat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.estat.storage.ByteContent;
import io.estat.storage.ObjectContent;
import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectKeys;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectStore;
import io.estat.storage.PutOutcome;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store must do. A backend's test extends this and gives an empty store for each. */
public abstract class ObjectStoreContract {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final String TYPE = "application/gzip";

  /** A store that holds nothing yet; the subclass closes it after the test. */
  protected abstract ObjectStore store();

  /** Keys that every backend takes literally; a subclass says why it leaves one out. */
  protected List<String> awkwardKeys() {
    return List.of(
        "raw/dt=2026-01-02/hr=03/1767322800_host-0a1b2c_1.jsonl.gz",
        "with space/and+plus/100%25/50%",
        "q?a=1&b=2#frag",
        "quote'\"/semi;colon:at@,dollar$/tilde~(x)[y]{z}!*",
        "caf\u00e9/\u65e5\u672c\u8a9e/\ud83d\ude00",
        "back\\slash|pipe^caret`tick<lt>",
        "a/b/c/d/e/f/g/h/i/j/k/l/m",
        "x".repeat(200));
  }

  @Test
  void givesBackWhatWasPut() throws IOException {
    byte[] bytes = random(100_000, 1);
    var metadata = Map.of("batch", "1767322800_host-0a_1", "events", "5000", "crc-32", "00ff00ff");
    assertThat(store().put(put("a/b.gz", new ByteContent(bytes), metadata, true)))
        .isEqualTo(PutOutcome.STORED);

    assertThat(read("a/b.gz")).isEqualTo(bytes);
    assertThat(store().head("a/b.gz", TIMEOUT))
        .contains(new ObjectInfo("a/b.gz", bytes.length, TYPE, metadata));
  }

  @Test
  void keepsMetadataOfAllPrintableCharacters() throws IOException {
    String printable =
        IntStream.rangeClosed('!', '~')
            .mapToObj(Character::toString)
            .reduce("", (text, character) -> text + character);
    var metadata = Map.of("printable", printable, "two-words", "first second", "x-1", "=");
    store().put(put("m", content("x"), metadata, true));
    assertThat(store().head("m", TIMEOUT).orElseThrow().metadata()).isEqualTo(metadata);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 20 * 1024 * 1024})
  void takesObjectsOfAnySize(int length) throws IOException {
    byte[] bytes = random(length, length);
    assertThat(store().put(put("sized", new ByteContent(bytes)))).isEqualTo(PutOutcome.STORED);
    assertThat(store().head("sized", TIMEOUT).orElseThrow().bytes()).isEqualTo(length);
    assertThat(read("sized")).isEqualTo(bytes);
  }

  @Test
  void takesAwkwardKeysLiterally() throws IOException {
    for (String key : awkwardKeys()) {
      assertThat(store().put(put(key, content(key)))).as(key).isEqualTo(PutOutcome.STORED);
    }
    for (String key : awkwardKeys()) {
      assertThat(read(key)).as(key).isEqualTo(key.getBytes(StandardCharsets.UTF_8));
      assertThat(store().head(key, TIMEOUT).orElseThrow().key()).isEqualTo(key);
    }
    assertThat(keys("", null))
        .containsExactlyElementsOf(awkwardKeys().stream().sorted(ObjectKeys.ORDER).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/a", "a/", "a//b", "../a", "a/../b", "a/..", "./a", "a\0b", "\ud800"})
  void refusesKeysThatCouldMeanAnother(String key) {
    assertThatIllegalArgumentException().isThrownBy(() -> store().put(put(key, content("x"))));
  }

  @Test
  void leavesAnExistingObjectAsItIs() throws IOException {
    store().put(put("k", content("first"), Map.of("batch", "1"), true));
    assertThat(store().put(put("k", content("second!"), Map.of("batch", "2"), true)))
        .isEqualTo(PutOutcome.EXISTS);
    assertThat(read("k")).asString().isEqualTo("first");
    assertThat(store().head("k", TIMEOUT).orElseThrow().metadata()).isEqualTo(Map.of("batch", "1"));
  }

  @Test
  void replacesObjectAndMetadataWhenPutPlainly() throws IOException {
    store().put(put("k", content("first"), Map.of("batch", "1", "only-first", "x"), false));
    assertThat(store().put(put("k", content("second!"), Map.of("batch", "2"), false)))
        .isEqualTo(PutOutcome.STORED);
    assertThat(read("k")).asString().isEqualTo("second!");
    assertThat(store().head("k", TIMEOUT).orElseThrow().metadata()).isEqualTo(Map.of("batch", "2"));
  }

  @Test
  void letsExactlyOneOfTwentyRacersCreateAnObject() throws Exception {
    int racers = 20;
    for (int round = 0; round < 5; round++) {
      String key = "race/" + round;
      var start = new CyclicBarrier(racers);
      List<Callable<Boolean>> attempts = new ArrayList<>();
      for (int i = 0; i < racers; i++) {
        var put = put(key, content("racer " + i), Map.of("racer", "racer " + i), true);
        attempts.add(
            () -> {
              start.await();
              return stored(put);
            });
      }
      try (var threads = Executors.newFixedThreadPool(racers)) {
        int winners = 0;
        for (Future<Boolean> attempt : threads.invokeAll(attempts)) {
          winners += attempt.get() ? 1 : 0;
        }
        assertThat(winners).isEqualTo(1);
      }
      assertThat(store().head(key, TIMEOUT).orElseThrow().metadata())
          .as("metadata and bytes are of the same racer")
          .isEqualTo(Map.of("racer", new String(read(key), StandardCharsets.UTF_8)));
    }
  }

  /** A store may answer a racer with a conflict, which says: ask again. */
  private boolean stored(ObjectPut put) throws StoreException {
    while (true) {
      try {
        return store().put(put) == PutOutcome.STORED;
      } catch (StoreException e) {
        if (e.kind() != Kind.CONFLICT) {
          throw e;
        }
      }
    }
  }

  @Test
  void readsTheContentFromItsStartInEachAttempt() throws IOException {
    ObjectContent content = content("read more than once");
    for (String key : List.of("one", "two", "three")) {
      store().put(put(key, content));
      assertThat(read(key)).asString().isEqualTo("read more than once");
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesNoTraceOfAPutWhoseContentFails(FailingContent.End end) throws IOException {
    byte[] bytes = random(3_000_000, 3);
    var failing = new FailingContent(bytes, 1_500_000, end);
    var shortWait = new ObjectPut("half", failing, TYPE, Map.of(), true, Duration.ofSeconds(2));
    assertThatExceptionOfType(StoreException.class).isThrownBy(() -> store().put(shortWait));
    assertThat(store().head("half", TIMEOUT)).isEmpty();
    assertThat(keys("", null)).isEmpty();

    assertThat(store().put(put("half", new ByteContent(bytes)))).isEqualTo(PutOutcome.STORED);
    assertThat(read("half")).isEqualTo(bytes);
  }

  @Test
  void refusesContentThatIsNotWhatItsChecksumSays() throws IOException {
    ObjectContent honest = content("honest");
    var damaged =
        new ObjectContent() {
          @Override
          public long length() {
            return honest.length();
          }

          @Override
          public int crc32() {
            return honest.crc32() ^ 1;
          }

          @Override
          public InputStream open() throws IOException {
            return honest.open();
          }
        };
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store().put(put("damaged", damaged)))
        .satisfies(e -> assertThat(e.kind()).isIn(Kind.REJECTED, Kind.CONDITION_REFUSED));
    assertThat(store().head("damaged", TIMEOUT)).isEmpty();
  }

  @Test
  void knowsNothingOfAnObjectThatIsNotThere() throws IOException {
    store().put(put("here/too", content("x")));
    assertThat(store().head("absent", TIMEOUT)).isEmpty();
    assertThat(store().head("here", TIMEOUT)).isEmpty();
    assertThat(store().head("here/too/deep", TIMEOUT)).isEmpty();
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store().open("absent"))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.NO_OBJECT))
        .withMessageContaining("absent");
  }

  @Test
  void listsNothingInAnEmptyStore() throws IOException {
    assertThat(store().list("", null)).isEmpty();
  }

  @Test
  void listsByPrefixOfTheKeyNotOfAFolder() throws IOException {
    var keys = List.of("a-b", "a.b", "a/b", "a/c/d", "a0", "ab", "b");
    for (String key : keys) {
      store().put(put(key, content(key)));
    }
    assertThat(keys("", null)).containsExactlyElementsOf(keys);
    assertThat(keys("a/", null)).containsExactly("a/b", "a/c/d");
    assertThat(keys("a", "a/b")).containsExactly("a/c/d", "a0", "ab");
    assertThat(keys("a/c/d", null)).containsExactly("a/c/d");
    assertThat(keys("", "a/")).containsExactly("a/b", "a/c/d", "a0", "ab", "b");
    assertThat(keys("c", null)).isEmpty();
    assertThat(store().list("a/b", null)).containsExactly(new ObjectInfo("a/b", 3, "", Map.of()));
  }

  @Test
  void listsThousandsOfKeysPageByPage() throws Exception {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 2_100; i++) {
      expected.add("page/hr=" + i % 7 + "/" + i);
    }
    try (var threads = Executors.newFixedThreadPool(8)) {
      List<Callable<PutOutcome>> puts = new ArrayList<>();
      expected.forEach(key -> puts.add(() -> store().put(put(key, content(key)))));
      for (Future<PutOutcome> put : threads.invokeAll(puts)) {
        put.get();
      }
    }
    expected.sort(ObjectKeys.ORDER);

    List<String> listed = new ArrayList<>();
    List<Integer> pages = new ArrayList<>();
    for (List<String> page = keys("page/", null); !page.isEmpty(); ) {
      listed.addAll(page);
      pages.add(page.size());
      page = keys("page/", page.getLast());
    }
    assertThat(listed).isEqualTo(expected);
    assertThat(pages).allMatch(size -> size <= 1000);
    assertThat(Collections.max(pages)).isGreaterThan(1);
  }

  protected final List<String> keys(String prefix, @Nullable String after) throws StoreException {
    return store().list(prefix, after).stream().map(ObjectInfo::key).toList();
  }

  protected final byte[] read(String key) throws IOException {
    try (InputStream in = store().open(key)) {
      return in.readAllBytes();
    }
  }

  protected static ObjectPut put(String key, ObjectContent content) {
    return put(key, content, Map.of(), true);
  }

  protected static ObjectPut put(
      String key, ObjectContent content, Map<String, String> metadata, boolean onlyIfAbsent) {
    return new ObjectPut(key, content, TYPE, metadata, onlyIfAbsent, TIMEOUT);
  }

  protected static ByteContent content(String text) {
    return new ByteContent(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
