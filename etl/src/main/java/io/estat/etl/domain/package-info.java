/**
 * What the ETL server speaks of: transports, jobs, extractions, and what happens to them. Records
 * and closed state machines; no database, no store, no HTTP.
 */
@NullMarked
package io.estat.etl.domain;

import org.jspecify.annotations.NullMarked;
