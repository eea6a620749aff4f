package io.estat.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Which build this is: written into {@code build.properties} by Maven. */
public final class BuildInfo implements IVersionProvider {
  private final Properties properties = new Properties();

  public BuildInfo() {
    try (InputStream in = BuildInfo.class.getResourceAsStream("build.properties")) {
      if (in == null) {
        throw new IllegalStateException("build.properties is missing from the jar of app");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For example {@code 0.1.0}. */
  public String version() {
    return properties.getProperty("version", "unknown");
  }

  /** Abbreviated commit, or {@code unknown} when built outside a checkout without being told. */
  public String commit() {
    return properties.getProperty("commit", "unknown");
  }

  @Override
  public String[] getVersion() {
    return new String[] {"estat " + version() + " (" + commit() + ")"};
  }
}
