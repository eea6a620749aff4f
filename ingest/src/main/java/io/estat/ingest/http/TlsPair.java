package io.estat.ingest.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** A certificate chain, the server's own first, and the private key that belongs to it. */
record TlsPair(PrivateKey key, List<X509Certificate> chain) {
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  /**
   * Reads the pair (PEM, RFC 7468). While a renewal writes one file after the other, a certificate
   * may stand beside the key of the one before: such a pair could serve nobody and is refused.
   *
   * @throws IOException saying what is wrong with the files
   */
  static TlsPair read(HttpConfig.Tls files) throws IOException {
    try {
      var chain = chain(Files.readAllBytes(files.certificateFile()));
      PublicKey publicKey = chain.getFirst().getPublicKey();
      PrivateKey key = key(Files.readString(files.keyFile()), publicKey.getAlgorithm());
      if (!belongTogether(key, publicKey)) {
        throw new IOException("the key is not that of the certificate");
      }
      return new TlsPair(key, chain);
    } catch (GeneralSecurityException e) {
      throw new IOException(e.toString(), e);
    }
  }

  private static List<X509Certificate> chain(byte[] pem)
      throws GeneralSecurityException, IOException {
    var chain =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(pem))
            .stream()
            .map(X509Certificate.class::cast)
            .toList();
    if (chain.isEmpty()) {
      throw new IOException("there is no certificate in it");
    }
    return chain;
  }

  private static PrivateKey key(String pem, String algorithm)
      throws GeneralSecurityException, IOException {
    int begin = pem.indexOf(BEGIN);
    int end = pem.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException("the key file has no '" + BEGIN + "'");
    }
    try {
      String base64 = pem.substring(begin + BEGIN.length(), end);
      byte[] der = Base64.getMimeDecoder().decode(base64);
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (IllegalArgumentException e) {
      throw new IOException("the key is no base64", e);
    }
  }

  /** Whether what the key signs fits the certificate; of rare algorithms this is not known. */
  private static boolean belongTogether(PrivateKey key, PublicKey publicKey)
      throws GeneralSecurityException {
    String name =
        switch (publicKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          case "EdDSA" -> "EdDSA";
          default -> "";
        };
    return name.isEmpty() || verifies(Signature.getInstance(name), key, publicKey);
  }

  private static boolean verifies(Signature signature, PrivateKey key, PublicKey publicKey)
      throws GeneralSecurityException {
    byte[] text = "either".getBytes(StandardCharsets.US_ASCII);
    signature.initSign(key);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update(text);
    return signature.verify(signed);
  }
}
