package io.estat.etl.server.events;

import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobId;
import java.io.IOException;

/** Where the events of one stream go. Used by one thread, which may block here. */
public interface EventSink {
  /**
   * @param seq the event's number in the job store; 0: it passes by and is not kept
   */
  void event(JobId job, long seq, JobEvent event) throws IOException;

  /** Something that is no event, to keep the connection alive and to find out whether it is. */
  void heartbeat() throws IOException;

  /** Nothing waits: what was written is to be sent now. */
  void flush() throws IOException;
}
