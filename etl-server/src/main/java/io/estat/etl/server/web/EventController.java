package io.estat.etl.server.web;

import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.Transport;
import io.estat.etl.domain.TransportId;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import io.estat.etl.server.events.JobFeed;
import io.estat.etl.server.events.JobStream;
import io.estat.etl.server.store.JobStore;
import io.estat.etl.server.store.TransportStore;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/**
 * The live streams. A stream is written by the thread of its request, a virtual one, which waits
 * for events and for its client.
 */
@RestController
@Tag(name = "events", description = "What happens, while it happens.")
final class EventController {
  private static final Logger LOG = LoggerFactory.getLogger(EventController.class);
  private static final String ID = "^" + EventId.PATTERN + "$";
  private static final String SEEN =
      "The id of the last event that was seen: what follows is sent.";

  private final TransportStore transports;
  private final JobStore jobs;
  private final JobFeed feed;
  private final JsonMapper json;

  EventController(TransportStore transports, JobStore jobs, JobFeed feed, JsonMapper json) {
    this.transports = transports;
    this.jobs = jobs;
    this.feed = feed;
    this.json = json;
  }

  @GetMapping(path = "/api/jobs/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @Operation(
      summary = "Watch a job",
      description = "Its events from the first one, then live, to its end. " + EventDocs.EVENTS)
  @EventDocs.Answers
  @Fails(ErrorCode.JOB_NOT_FOUND)
  void job(
      @PathVariable String id,
      @Parameter(description = SEEN, schema = @Schema(type = "string", pattern = ID))
          @RequestHeader(name = EventId.HEADER, required = false)
          @Nullable String lastEventId,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    Job job = find(Ids.job(id));
    EventId seen = EventId.of(lastEventId);
    requireOf(job, seen);
    stream(request, response, transports.find(job.transportId()).orElse(null), job, seen);
  }

  @GetMapping(path = "/api/transports/{id}/status", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @Operation(
      summary = "Watch a transport",
      description =
          "The job that waits or runs, from its first event, or if there is none the next one; to"
              + " its end. "
              + EventDocs.EVENTS)
  @EventDocs.Answers
  @Fails({ErrorCode.TRANSPORT_NOT_FOUND, ErrorCode.JOB_NOT_FOUND})
  void transport(
      @PathVariable String id,
      @Parameter(
              description = "Watch this job of the transport, which may be ended.",
              schema = @Schema(type = "string", pattern = "^" + JobId.PATTERN + "$"))
          @RequestParam(name = "job_id", required = false)
          @Nullable String jobId,
      @Parameter(description = SEEN, schema = @Schema(type = "string", pattern = ID))
          @RequestHeader(name = EventId.HEADER, required = false)
          @Nullable String lastEventId,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    TransportId transportId = Ids.transport("id", id);
    JobId asked = jobId == null ? null : Ids.job("job_id", jobId);
    EventId seen = EventId.of(lastEventId);
    Transport transport =
        transports.find(transportId).orElseThrow(() -> Transports.notFound(transportId));
    if (asked == null && seen != null) {
      asked = seen.job();
    }
    if (asked == null) {
      streamNext(request, response, transport);
      return;
    }
    Job job = find(asked);
    if (!job.transportId().equals(transportId)) {
      throw new ApiException(
          ErrorCode.JOB_NOT_FOUND, "%s is no job of %s".formatted(asked, transportId));
    }
    requireOf(job, seen);
    stream(request, response, transport, job, seen);
  }

  private Job find(JobId id) {
    return jobs.find(id)
        .orElseThrow(() -> new ApiException(ErrorCode.JOB_NOT_FOUND, "there is no job " + id));
  }

  private static void requireOf(Job job, @Nullable EventId seen) {
    if (seen != null && !seen.job().equals(job.id())) {
      throw ApiException.ofField(
          EventId.HEADER, "is of %s; the stream is of %s".formatted(seen.job(), job.id()));
    }
  }

  private void stream(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Transport transport,
      Job job,
      @Nullable EventId seen)
      throws IOException {
    long after = seen == null ? 0 : seen.seq();
    if (feed.isOver(job, after)) {
      // So that a browser does not come back.
      response.setStatus(HttpServletResponse.SC_NO_CONTENT);
      return;
    }
    write(request, response, transport, job, stream -> stream.follow(job, after));
  }

  private void streamNext(
      HttpServletRequest request, HttpServletResponse response, Transport transport)
      throws IOException {
    Job last = jobs.last(transport.id()).orElse(null);
    if (last != null && !last.status().isFinal()) {
      write(request, response, transport, last, stream -> stream.follow(last, 0));
      return;
    }
    int version = last == null ? 0 : last.version();
    write(
        request,
        response,
        transport,
        last,
        stream -> {
          Optional<Job> next = stream.awaitNext(transport.id(), version).flatMap(jobs::find);
          if (next.isPresent()) {
            stream.follow(next.get(), 0);
          }
        });
  }

  /** What is done with a stream once it is open. */
  @FunctionalInterface
  private interface Course {
    void run(JobStream stream) throws IOException, InterruptedException;
  }

  private void write(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Transport transport,
      @Nullable Job job,
      Course course)
      throws IOException {
    var writer = new EventWriter(response.getOutputStream(), json);
    try (JobStream stream = feed.open(writer)) {
      response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
      response.setCharacterEncoding(StandardCharsets.UTF_8);
      response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
      // nginx would gather the events.
      response.setHeader("X-Accel-Buffering", "no");
      if (request.getMethod().equals("HEAD")) {
        return;
      }
      writer.connected(
          new JobEventView.Connected(
              transport == null ? null : TransportView.of(transport),
              job == null ? null : JobView.of(job)));
      course.run(stream);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException gone) {
      LOG.debug("A client is gone", gone);
    } catch (DataAccessException e) {
      // The answer has begun; a client that wants the rest comes back for it.
      LOG.warn("a stream ends early, because the job store does not answer: {}", e.getMessage());
    }
  }
}
