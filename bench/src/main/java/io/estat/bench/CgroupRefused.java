package io.estat.bench;

import java.io.IOException;

/** This machine or this user cannot make a control group; the message says why. */
final class CgroupRefused extends IOException {
  private static final long serialVersionUID = 1;

  CgroupRefused(String message) {
    super(message);
  }
}
