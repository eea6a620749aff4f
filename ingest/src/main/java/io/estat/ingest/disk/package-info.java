/** The few file operations that durability rests on. */
@NullMarked
package io.estat.ingest.disk;

import org.jspecify.annotations.NullMarked;
