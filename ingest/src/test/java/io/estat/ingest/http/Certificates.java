package io.estat.ingest.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Self-signed certificates, made with the JDK's own keytool. */
final class Certificates {
  private Certificates() {}

  /** Writes certificate and key of {@code CN=name} as PEM. */
  static void write(String name, HttpConfig.Tls files, Path temporary) {
    try {
      Path store = temporary.resolve(name + ".p12");
      keytool(name, store);
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, "secret".toCharArray());
      }
      var key = Objects.requireNonNull(keys.getKey("server", "secret".toCharArray()));
      var certificate = Objects.requireNonNull(keys.getCertificate("server"));
      Files.writeString(files.keyFile(), pem("PRIVATE KEY", key.getEncoded()));
      Files.writeString(files.certificateFile(), pem("CERTIFICATE", certificate.getEncoded()));
    } catch (IOException | GeneralSecurityException | InterruptedException e) {
      throw new AssertionError("no certificate could be made", e);
    }
  }

  private static void keytool(String name, Path store) throws IOException, InterruptedException {
    Path program = Path.of(Objects.requireNonNull(System.getProperty("java.home")), "bin/keytool");
    Process keytool =
        new ProcessBuilder(
                program.toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:localhost",
                "-validity",
                "30",
                "-storetype",
                "PKCS12",
                "-storepass",
                "secret",
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      keytool.destroyForcibly();
      throw new AssertionError(program + " failed");
    }
  }

  private static String pem(String type, byte[] der) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n";
  }
}
