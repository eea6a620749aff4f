package io.estat.storage.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStores;
import io.estat.storage.StoreSettings;
import java.io.File;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GcsStoreProviderTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"gs://a_bucket.example", "gs://a_bucket.example/", "GS://a_bucket.example"})
  void opensABucketByItsUrl(String url) {
    try (ObjectStore store = ObjectStores.open(URI.create(url), StoreSettings.DEFAULTS)) {
      assertThat(store.url()).isEqualTo("gs://a_bucket.example");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gs:bucket",
        "gs:///key",
        "gs://bucket/prefix",
        "gs://b",
        "gs://b?x=1",
        "gs://a_b:80",
        "gs://UPPER"
      })
  void refusesWhatIsNotOneBucket(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ObjectStores.open(URI.create(url), StoreSettings.DEFAULTS))
        .withMessageContaining("gs://bucket");
  }

  @Test
  void refusesCredentialsInTheUrlWithoutRepeatingThem() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ObjectStores.open(URI.create("gs://me:hush@bucket"), StoreSettings.DEFAULTS))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hush"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1:9000", "ftp://host", "http://", "http://me:hush@host", "http://a b"})
  void refusesEndpointsThatAreNoServer(String endpoint) {
    var settings = new StoreSettings(null, endpoint, Duration.ofSeconds(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ObjectStores.open(URI.create("gs://bucket"), settings))
        .withMessageContaining("http://host:port")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hush"));
  }

  /** A server is ready before the library is loaded: opening must work with none to be found. */
  @Test
  void opensWithoutLoadingTheLibrary() throws Exception {
    List<URL> withoutLibrary = new ArrayList<>();
    for (String entry : List.of(System.getProperty("java.class.path").split(File.pathSeparator))) {
      if (!entry.contains("com/google")) {
        withoutLibrary.add(Path.of(entry).toUri().toURL());
      }
    }
    try (var loader =
        new URLClassLoader(
            withoutLibrary.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(loader);
      Class<?> stores = loader.loadClass(ObjectStores.class.getName());
      Class<?> settings = loader.loadClass(StoreSettings.class.getName());
      Object store =
          stores
              .getMethod("open", URI.class, settings)
              .invoke(null, URI.create("gs://bucket"), settings.getField("DEFAULTS").get(null));
      Object url = loader.loadClass(ObjectStore.class.getName()).getMethod("url").invoke(store);
      assertThat(url).isEqualTo("gs://bucket");
    } finally {
      Thread.currentThread().setContextClassLoader(getClass().getClassLoader());
    }
  }
}
