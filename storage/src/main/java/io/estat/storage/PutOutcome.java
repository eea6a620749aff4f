package io.estat.storage;

/** How an answered put ended. */
public enum PutOutcome {
  /** The object is there, whole. */
  STORED,
  /** The put was conditional and an object already has the key; it was not touched. */
  EXISTS
}
