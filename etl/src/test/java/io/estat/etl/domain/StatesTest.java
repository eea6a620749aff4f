package io.estat.etl.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.testkit.Property;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The two state machines: what may follow what, held against tables of its own. */
final class StatesTest {
  private static final Map<JobStatus, Set<JobStatus>> AFTER_JOB =
      Map.of(
          JobStatus.PENDING, Set.of(JobStatus.RUNNING, JobStatus.FAILED, JobStatus.CANCELLED),
          JobStatus.RUNNING, Set.of(JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED),
          JobStatus.COMPLETED, Set.of(),
          JobStatus.FAILED, Set.of(),
          JobStatus.CANCELLED, Set.of());
  private static final Map<ExtractionStatus, Set<ExtractionStatus>> AFTER_EXTRACTION =
      Map.of(
          ExtractionStatus.PENDING, Set.of(ExtractionStatus.RUNNING, ExtractionStatus.FAILED),
          ExtractionStatus.RUNNING,
              Set.of(ExtractionStatus.PENDING, ExtractionStatus.COMPLETED, ExtractionStatus.FAILED),
          ExtractionStatus.COMPLETED, Set.of(),
          ExtractionStatus.FAILED, Set.of());

  /** Nothing leads to the first state of a job. */
  private static final List<JobStatus> LATER =
      Stream.of(JobStatus.values()).filter(status -> status != JobStatus.PENDING).toList();

  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final Instant END = START.plusSeconds(90);
  private static final Failure WHY = new Failure("SOURCE_ERROR", "refused");

  @ParameterizedTest
  @EnumSource
  void aJobBecomesWhatItMayAndNothingElse(JobStatus from) {
    for (JobStatus to : JobStatus.values()) {
      assertThat(from.canBecome(to)).as("%s to %s", from, to).isEqualTo(after(from).contains(to));
      if (to == JobStatus.PENDING) {
        continue;
      }
      Job job = job(from);
      if (after(from).contains(to)) {
        assertThat(move(job, to).status()).isEqualTo(to);
      } else {
        assertThatThrownBy(() -> move(job, to))
            .isInstanceOf(IllegalTransitionException.class)
            .hasMessage("job %s is %s and cannot become %s", job.id(), from, to);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anExtractionBecomesWhatItMayAndNothingElse(ExtractionStatus from) {
    for (ExtractionStatus to : ExtractionStatus.values()) {
      assertThat(from.canBecome(to)).as("%s to %s", from, to).isEqualTo(after(from).contains(to));
      Extraction extraction = extraction(from);
      if (after(from).contains(to)) {
        assertThat(move(extraction, to).status()).isEqualTo(to);
      } else {
        assertThatThrownBy(() -> move(extraction, to))
            .isInstanceOf(IllegalTransitionException.class)
            .hasMessageContaining(extraction.id().value())
            .hasMessageEndingWith("of A is %s and cannot become %s", from, to);
      }
    }
  }

  @Test
  void whateverIsAskedOfAJobInWhateverOrderItsStatesAreAWalkThroughTheTable() {
    Property.forAll(
        2000,
        random -> steps(random, LATER),
        steps -> {
          Job job = job(JobStatus.PENDING);
          for (JobStatus to : steps) {
            Job before = job;
            try {
              job = move(job, to);
              assertThat(after(before.status())).contains(to);
            } catch (IllegalTransitionException e) {
              assertThat(after(before.status())).doesNotContain(to);
              assertThat(e).hasMessageContaining(before.status() + " and cannot become " + to);
            }
            assertWhole(job);
          }
        });
  }

  @Test
  void whateverIsAskedOfAnExtractionInWhateverOrderItsStatesAreAWalkThroughTheTable() {
    Property.forAll(
        2000,
        random -> steps(random, List.of(ExtractionStatus.values())),
        steps -> {
          Extraction extraction = extraction(ExtractionStatus.PENDING);
          for (ExtractionStatus to : steps) {
            Extraction before = extraction;
            try {
              extraction = move(extraction, to);
              assertThat(after(before.status())).contains(to);
            } catch (IllegalTransitionException e) {
              assertThat(after(before.status())).doesNotContain(to);
              assertThat(e).hasMessageContaining(before.status() + " and cannot become " + to);
            }
            assertWhole(extraction);
          }
        });
  }

  @Test
  void aJobIsNotCompletedBeforeItsTables() {
    Job running = job(JobStatus.RUNNING);
    for (ExtractionStatus status : ExtractionStatus.values()) {
      Job job = running.withExtractions(List.of(extraction(status)));
      if (status == ExtractionStatus.COMPLETED) {
        assertThat(job.complete(END).status()).isEqualTo(JobStatus.COMPLETED);
      } else {
        assertThatThrownBy(() -> job.complete(END))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("cannot be COMPLETED while A is " + status);
      }
    }
  }

  @Test
  void anEndedJobHasTheSumOfItsTablesAndItsDuration() {
    Job ended = job(JobStatus.COMPLETED);
    assertThat(ended.metrics()).isEqualTo(new JobMetrics(5, 60, Duration.ofSeconds(90)));
    assertThat(job(JobStatus.RUNNING).metrics()).isEqualTo(JobMetrics.NONE);
  }

  @Test
  void aTransitionLeavesTheOldStateAlone() {
    Job pending = job(JobStatus.PENDING);
    pending.start(START);
    assertThat(pending.status()).isEqualTo(JobStatus.PENDING);
    assertThat(pending.startedAt()).isNull();
  }

  private static void assertWhole(Job job) {
    boolean ended = job.status().isFinal();
    assertThat(job.completedAt() != null).isEqualTo(ended);
    assertThat(job.error() != null)
        .isEqualTo(job.status() == JobStatus.FAILED || job.status() == JobStatus.CANCELLED);
    if (job.status() == JobStatus.RUNNING || job.status() == JobStatus.COMPLETED) {
      assertThat(job.startedAt()).isEqualTo(START);
    }
  }

  private static void assertWhole(Extraction extraction) {
    assertThat(extraction.completedAt() != null).isEqualTo(extraction.status().isFinal());
    assertThat(extraction.error() != null)
        .isEqualTo(extraction.status() == ExtractionStatus.FAILED);
    assertThat(extraction.firstUrl() != null)
        .isEqualTo(extraction.status() == ExtractionStatus.COMPLETED);
  }

  private static <S> List<S> steps(Random random, List<S> all) {
    var steps = new ArrayList<S>();
    for (int n = random.nextInt(12); n > 0; n--) {
      steps.add(all.get(random.nextInt(all.size())));
    }
    return steps;
  }

  private static Set<JobStatus> after(JobStatus status) {
    return AFTER_JOB.getOrDefault(status, Set.of());
  }

  private static Set<ExtractionStatus> after(ExtractionStatus status) {
    return AFTER_EXTRACTION.getOrDefault(status, Set.of());
  }

  private static Job job(JobStatus status) {
    Job pending =
        new Job(
            new JobId("JOB-20260301-100000-0a1b2c3d"),
            new TransportId("TRPID-0a1b2c3d"),
            1,
            Trigger.API,
            JobStatus.PENDING,
            null,
            null,
            List.of(extraction(ExtractionStatus.COMPLETED)),
            null,
            JobMetrics.NONE,
            START);
    return switch (status) {
      case PENDING -> pending;
      case RUNNING, FAILED, CANCELLED -> move(pending, status);
      case COMPLETED -> move(move(pending, JobStatus.RUNNING), status);
    };
  }

  private static Job move(Job job, JobStatus to) {
    return switch (to) {
      case RUNNING -> job.start(START);
      case COMPLETED -> job.complete(END);
      case FAILED -> job.fail(END, WHY);
      case CANCELLED -> job.cancel(END, WHY);
      case PENDING -> throw new IllegalArgumentException("nothing leads to it");
    };
  }

  private static Extraction extraction(ExtractionStatus status) {
    Extraction pending =
        Extraction.pending(
            new ExtractionId("EXT-0a1b2c3d4e5f6071"),
            new JobId("JOB-20260301-100000-0a1b2c3d"),
            "A");
    return switch (status) {
      case PENDING -> pending;
      case RUNNING, FAILED -> move(pending, status);
      case COMPLETED -> move(move(pending, ExtractionStatus.RUNNING), status);
    };
  }

  private static Extraction move(Extraction extraction, ExtractionStatus to) {
    return switch (to) {
      case RUNNING -> extraction.start(START);
      case COMPLETED ->
          extraction.complete(
              END,
              List.of(
                  new LandedObject("A.jsonl.gz", "file:///A.jsonl.gz", 3, 40, "00000000", null),
                  new LandedObject("A-00002.jsonl.gz", "file:///A2", 2, 20, "00000000", null)));
      case FAILED -> extraction.fail(END, WHY);
      case PENDING -> extraction.beginAnew();
    };
  }
}
