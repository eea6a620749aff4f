package io.estat.etl.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Certificates by the JDK's keytool, and wallets of them by Oracle's own orapki. */
final class OracleWallets {
  static final String PASSWORD = "Wallet-pw-1";

  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin");

  private final Path folder;

  OracleWallets(Path folder) {
    this.folder = folder;
  }

  /** A key store with a key and its self-signed certificate. */
  Path keyStore(String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
    keytool(
        store,
        "-genkeypair",
        "-keyalg",
        "RSA",
        "-keysize",
        "2048",
        "-alias",
        name,
        "-dname",
        "CN=" + name);
    keytool(store, "-exportcert", "-alias", name, "-file", certificate(name).toString());
    return store;
  }

  Path certificate(String name) {
    return folder.resolve(name + ".crt");
  }

  /** Makes the owner of the key store take the other's certificate. */
  void trust(Path store, String other) throws Exception {
    keytool(store, "-importcert", "-alias", other, "-file", certificate(other).toString());
  }

  /** An auto-login wallet with the key of one and the certificate of the other. */
  Path wallet(String name, Path keyStore, String trusted) throws Exception {
    Path wallet = folder.resolve(name);
    orapki("wallet", "create", "-wallet", wallet.toString(), "-pwd", PASSWORD, "-auto_login");
    orapki(
        "wallet",
        "import_pkcs12",
        "-wallet",
        wallet.toString(),
        "-pwd",
        PASSWORD,
        "-pkcs12file",
        keyStore.toString(),
        "-pkcs12pwd",
        PASSWORD);
    orapki(
        "wallet",
        "add",
        "-wallet",
        wallet.toString(),
        "-pwd",
        PASSWORD,
        "-trusted_cert",
        "-cert",
        certificate(trusted).toString());
    return wallet;
  }

  private void keytool(Path store, String... arguments) throws Exception {
    var command = new ArrayList<>(List.of(JAVA.resolve("keytool").toString()));
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
    command.add("-noprompt");
    run(command);
  }

  private void orapki(String... arguments) throws Exception {
    var command =
        new ArrayList<>(
            List.of(
                JAVA.resolve("java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "oracle.security.pki.textui.OraclePKITextUI"));
    command.addAll(List.of(arguments));
    run(command);
  }

  private void run(List<String> command) throws Exception {
    Path log = Files.createTempFile(folder, "tool", ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (process.waitFor() != 0) {
      throw new IOException(command.getFirst() + ": " + Files.readString(log));
    }
  }
}
