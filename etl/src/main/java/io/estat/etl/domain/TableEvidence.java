package io.estat.etl.domain;

import java.time.Instant;

/**
 * What is known of a completed table, so that another process can write the manifest.
 *
 * @param manifestEntry the table's object in the manifest, as JSON text
 * @param snapshot the point in time at which it was read, in the database's own words
 * @param snapshotTakenAt when that was, by the clock of whoever took it
 */
public record TableEvidence(String manifestEntry, String snapshot, Instant snapshotTakenAt) {}
