package io.estat.etl.extract;

import io.estat.etl.domain.Failure;

/** How a run ended. */
public sealed interface JobOutcome {
  /** Every table is complete and the manifest is written. */
  record Completed() implements JobOutcome {}

  record Failed(Failure why) implements JobOutcome {}

  record Cancelled(Failure why) implements JobOutcome {}

  /** The job is somebody else's; nothing was changed since that was known. */
  record ClaimLost(String why) implements JobOutcome {}
}
