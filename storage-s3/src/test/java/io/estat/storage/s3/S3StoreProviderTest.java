package io.estat.storage.s3;

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

class S3StoreProviderTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"s3://a-bucket.example", "s3://a-bucket.example/", "S3://a-bucket.example"})
  void opensABucketByItsUrl(String url) {
    try (ObjectStore store = ObjectStores.open(URI.create(url), StoreSettings.DEFAULTS)) {
      assertThat(store.url()).isEqualTo("s3://a-bucket.example");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3:bucket",
        "s3:///key",
        "s3://bucket/prefix",
        "s3://b",
        "s3://b?x=1",
        "s3://a_b:80"
      })
  void refusesWhatIsNotOneBucket(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ObjectStores.open(URI.create(url), StoreSettings.DEFAULTS))
        .withMessageContaining("s3://bucket");
  }

  @Test
  void refusesCredentialsInTheUrlWithoutRepeatingThem() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ObjectStores.open(URI.create("s3://AKIA:hush@bucket"), StoreSettings.DEFAULTS))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("AKIA", "hush"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1:9000", "ftp://host", "http://", "http://me:hush@host", "http://a b"})
  void refusesEndpointsThatAreNoServer(String endpoint) {
    var settings = new StoreSettings(null, endpoint, Duration.ofSeconds(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ObjectStores.open(URI.create("s3://bucket"), settings))
        .withMessageContaining("http://host:port")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hush"));
  }

  /** A server is ready before the SDK is loaded: opening must work with no SDK to be found. */
  @Test
  void opensWithoutLoadingTheSdk() throws Exception {
    List<URL> withoutSdk = new ArrayList<>();
    for (String entry : List.of(System.getProperty("java.class.path").split(File.pathSeparator))) {
      if (!entry.contains("awssdk")) {
        withoutSdk.add(Path.of(entry).toUri().toURL());
      }
    }
    try (var loader =
        new URLClassLoader(withoutSdk.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(loader);
      Class<?> stores = loader.loadClass(ObjectStores.class.getName());
      Class<?> settings = loader.loadClass(StoreSettings.class.getName());
      Object store =
          stores
              .getMethod("open", URI.class, settings)
              .invoke(null, URI.create("s3://bucket"), settings.getField("DEFAULTS").get(null));
      Object url = store.getClass().getMethod("url").invoke(store);
      assertThat(url).isEqualTo("s3://bucket");
    } finally {
      Thread.currentThread().setContextClassLoader(getClass().getClassLoader());
    }
  }
}
