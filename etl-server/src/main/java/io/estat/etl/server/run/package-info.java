/**
 * Runs the jobs of the job store: claims them, lets the engine work, keeps what it reports, obeys
 * cancel requests of any instance, and tells the truth about jobs whose process has died.
 */
@NullMarked
package io.estat.etl.server.run;

import org.jspecify.annotations.NullMarked;
