package io.estat.ingest.http;

/**
 * Whether an event loop gains by asking the kernel less often. It does where clients send whatever
 * happens: then a pause brings many requests for one wake-up. It does not where few clients send
 * again as soon as they are answered: then a pause is only time in which nobody sends.
 *
 * <p>The two are told apart by trying: now and then some asks go without pauses, and pauses stay
 * only while as many requests come in a second with them as without, and several at once.
 */
final class Pacing {
  private static final int FREE_ASKS = 64;
  private static final int PACED_ASKS = 16;

  /** So many trials with pauses follow one without. */
  private static final int PACED_TRIALS = 64;

  /** So many without follow one in which pauses did not pay; twice as many after the next one. */
  private static final int FEWEST_FREE_TRIALS = 16;

  private static final int MOST_FREE_TRIALS = 1024;

  /** With pauses a trial has to bring so much of the rate without. */
  private static final double LEAST_RATE = 0.75;

  private static final int LEAST_EVENTS_AN_ASK = 2;

  private boolean paced;
  private int trialsLeft = 1;
  private int freeTrials = FEWEST_FREE_TRIALS;
  private int asksLeft = FREE_ASKS;
  private long events;
  private long begunNanos;
  private double freeRate;

  Pacing(long nowNanos) {
    begunNanos = nowNanos;
  }

  /** Whether the next ask may wait. */
  boolean isOn() {
    return paced;
  }

  /** An ask brought so many events. */
  void asked(int brought, long nowNanos) {
    events += brought;
    if (--asksLeft == 0) {
      trialEnded((double) events / Math.max(1, nowNanos - begunNanos));
      asksLeft = paced ? PACED_ASKS : FREE_ASKS;
      events = 0;
      begunNanos = nowNanos;
    }
  }

  private void trialEnded(double rate) {
    trialsLeft--;
    if (!paced) {
      freeRate = rate;
      if (trialsLeft == 0) {
        paced = true;
        trialsLeft = PACED_TRIALS;
      }
    } else if (rate < LEAST_RATE * freeRate || events < LEAST_EVENTS_AN_ASK * PACED_ASKS) {
      paced = false;
      trialsLeft = freeTrials;
      freeTrials = Math.min(2 * freeTrials, MOST_FREE_TRIALS);
    } else {
      freeTrials = FEWEST_FREE_TRIALS;
      if (trialsLeft == 0) {
        paced = false;
        trialsLeft = 1;
      }
    }
  }
}
