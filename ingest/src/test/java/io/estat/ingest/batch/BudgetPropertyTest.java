package io.estat.ingest.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.batch.Ledger.Flow;
import io.estat.ingest.batch.OpenBatch.Admission;
import io.estat.testkit.Gen;
import io.estat.testkit.Property;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is done in whatever order, the bounds hold, and at the end nothing is missing. */
class BudgetPropertyTest {
  private static final int BATCH_BYTES = 150_000; // no multiple of a slab
  private static final BatchLimits LIMITS =
      new BatchLimits(7, BATCH_BYTES, Duration.ofMinutes(2), 5, 2, 9L * Slab.BYTES + 17);

  private enum Act {
    ACCEPT_ONE,
    ACCEPT_MANY,
    BODY_PART,
    BODY_END,
    TIME_PASSES,
    CLOCK_STEPS,
    TAKE,
    TAKE_IF_FULL,
    FINISH,
    PUT_BACK,
    ENCODE
  }

  private record Step(Act act, int size) {}

  private static final Gen<List<Step>> STEPS =
      new Gen<>() {
        @Override
        public List<Step> make(Random random) {
          List<Step> steps = new ArrayList<>();
          Act[] acts = Act.values();
          for (int i = random.nextInt(60); i >= 0; i--) {
            steps.add(new Step(acts[random.nextInt(acts.length)], random.nextInt(1000)));
          }
          return steps;
        }

        @Override
        public Iterable<List<Step>> smaller(List<Step> steps) {
          List<List<Step>> smaller = new ArrayList<>();
          for (int i = 0; i < steps.size(); i++) {
            List<Step> without = new ArrayList<>(steps);
            without.remove(i);
            smaller.add(without);
          }
          return smaller;
        }
      };

  /** One run: the parts, and what the test itself has in hand. */
  private static final class Run {
    final Intake intake = new Intake(LIMITS);
    final OutputBuffer output = new OutputBuffer(intake.budget);
    final ArrayDeque<Batch> inHand = new ArrayDeque<>();
    final ArrayDeque<Integer> bodies = new ArrayDeque<>();
    long accepted;

    void step(Step step) throws Exception {
      switch (step.act()) {
        case ACCEPT_ONE -> accept(TextLines.ofBytes(30 + step.size() * 149));
        case ACCEPT_MANY -> accept(many(1 + step.size() % 9, step.size() * 40));
        case BODY_PART -> {
          if (intake.budget.tryTakeBody(step.size() * 50)) {
            bodies.add(step.size() * 50);
          }
        }
        case BODY_END -> {
          if (!bodies.isEmpty()) {
            intake.budget.giveBackBody(bodies.removeFirst());
          }
        }
        case TIME_PASSES -> {
          intake.clock.advance(Duration.ofSeconds(step.size()));
          intake.tick();
        }
        case CLOCK_STEPS -> intake.clock.step(Duration.ofSeconds((step.size() - 500) * 20L));
        case TAKE -> hold(intake.queue.take(0));
        case TAKE_IF_FULL -> hold(intake.queue.takeIfFull());
        case FINISH -> {
          if (!inHand.isEmpty()) {
            intake.queue.finish(inHand.removeFirst(), Flow.STORED);
          }
        }
        case PUT_BACK -> {
          if (!inHand.isEmpty()) {
            intake.queue.putBack(inHand.removeLast());
          }
        }
        case ENCODE -> {
          byte[] bytes = new byte[(int) Budget.gzipBound(BATCH_BYTES)];
          output.append(bytes, 0, bytes.length);
          check();
          output.clear();
        }
      }
      check();
    }

    private static TextLines many(int lines, int bytes) {
      String[] bodies = new String[lines];
      java.util.Arrays.fill(bodies, "y".repeat(bytes));
      return TextLines.of(bodies);
    }

    private void accept(TextLines lines) {
      if (intake.admit(lines) == Admission.ACCEPTED) {
        accepted += lines.events();
      }
    }

    private void hold(@org.jspecify.annotations.Nullable Batch batch) {
      if (batch != null) {
        inHand.add(batch);
        assertThat(batch.events()).isLessThanOrEqualTo(LIMITS.batchEvents());
        assertThat(batch.bytes()).isLessThanOrEqualTo(BATCH_BYTES);
        List<Long> hours =
            Intake.lines(batch).stream().map(line -> Intake.ts(line) / 3600).distinct().toList();
        assertThat(hours).containsExactly(batch.name().unixSeconds() / 3600);
      }
    }

    private void check() {
      assertThat(intake.budget.bytesTaken()).isLessThanOrEqualTo(LIMITS.budgetBytes());
      Ledger.Cut cut = intake.ledger.cut();
      assertThat(cut.difference()).as("%s", cut).isZero();
      assertThat(cut.accepted()).isEqualTo(accepted);
      assertThat(cut.inMemory()).isLessThanOrEqualTo(LIMITS.maxEvents());
    }

    void end() throws Exception {
      bodies.forEach(intake.budget::giveBackBody);
      intake.open.close();
      inHand.addAll(intake.takeAll());
      inHand.forEach(batch -> intake.queue.finish(batch, Flow.STORED));
      check();
      assertThat(intake.budget.bytesTaken()).isZero();
      assertThat(intake.ledger.cut().stored()).isEqualTo(accepted);
      int events = (int) LIMITS.maxEvents();
      assertThat(intake.budget.tryTakeEvents(events, 6)).as("all of it is free again").isTrue();
      assertThat(intake.budget.tryTakeEvents(1, 0)).isFalse();
    }
  }

  @Test
  void boundsAndBooksHoldInAnyOrderOfThings() {
    Property.forAll(
        200,
        STEPS,
        steps -> {
          var run = new Run();
          for (Step step : steps) {
            run.step(step);
          }
          run.end();
        });
  }

  @Test
  void noRequestOfManyLongLinesTakesMoreThanItWasPromised() {
    // Lines of just over half a batch: every one begins a batch, and most of a slab is wasted.
    Property.forAll(
        50,
        random -> 1 + random.nextInt(40),
        lines -> {
          var limits =
              new BatchLimits(5000, 16 * Slab.BYTES, Duration.ofMinutes(2), 0, 9, 48L << 20);
          var intake = new Intake(limits);
          String[] bodies = new String[lines];
          java.util.Arrays.fill(bodies, "z".repeat(9 * Slab.BYTES + 1));
          while (intake.admit(TextLines.of(bodies)) == Admission.ACCEPTED) {
            assertThat(intake.budget.bytesTaken()).isLessThanOrEqualTo(limits.budgetBytes());
          }
        });
  }
}
