/**
 * One run of a job: workers take chunks from one queue; a chunk's rows become lines, the lines a
 * gzip member, the member a part of the table's object, which is visible only when the database's
 * own count agrees.
 *
 * <p>The walk of a row: {@code Planner}, {@link io.estat.etl.extract.ChunkReader}, {@code
 * RowEncoder}, {@link io.estat.etl.extract.LineCompressor}, {@link
 * io.estat.etl.extract.GzipMember}, {@link io.estat.etl.extract.TableOutput}.
 */
@NullMarked
package io.estat.etl.extract;

import org.jspecify.annotations.NullMarked;
