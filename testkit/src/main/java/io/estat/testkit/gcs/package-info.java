/**
 * A server of the Cloud Storage JSON API for tests, written from Google's pages "Resumable
 * uploads", "Perform resumable uploads", "Request preconditions", "Data validation" and the
 * reference of the JSON API; faults of servers and networks can be asked for.
 */
@NullMarked
package io.estat.testkit.gcs;

import org.jspecify.annotations.NullMarked;
