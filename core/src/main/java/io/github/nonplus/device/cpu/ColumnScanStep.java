package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.ScanLaw;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.weights.ModelWeights;
import java.util.Arrays;

/// Recurrences in which each column has a state of its own. A task is a block of columns of a
/// window.
final class ColumnScanStep implements Step {
  /// Columns of a block.
  private static final int BLOCK = 64;

  private final View output;
  private final Column scan;

  private ColumnScanStep(View output, Column scan) {
    this.output = output;
    this.scan = scan;
  }

  /// Columns `from` to `from + count` of a law.
  @FunctionalInterface
  private interface Column {
    Stretches begin(int from, int count);
  }

  /// A window's stretches, one after another.
  @FunctionalInterface
  private interface Stretches {
    /// @param isFirst whether the stretch begins the window
    /// @param out results, [BLOCK] numbers from one token to the next, of which the first padded
    ///   columns are used
    void compute(ScanScratch stretch, boolean isFirst, float[] out);
  }

  @Override
  public void run(Frame frame, Workers workers) {
    int blocks = Math.ceilDiv(output.width(), BLOCK);
    workers.run(
        Math.multiplyExact(frame.batch().windows(), blocks),
        (_, task) -> block(frame, task / blocks, task % blocks * BLOCK));
  }

  private void block(Frame frame, int window, int column) {
    int count = Math.min(BLOCK, output.width() - column);
    Stretches stretches = scan.begin(column, count);
    float[] out = new float[ScanScratch.TOKENS * BLOCK];
    int start = frame.batch().starts()[window];
    int end = frame.batch().starts()[window + 1];
    for (int from = start; from < end; from += ScanScratch.TOKENS) {
      int tokens = Math.min(ScanScratch.TOKENS, end - from);
      ScanScratch stretch = new ScanScratch(frame, from, tokens);
      stretches.compute(stretch, from == start, out);
      stretch.scatter(out, BLOCK, output, column, count);
    }
  }

  private static float[] tokens() {
    return new float[ScanScratch.TOKENS * BLOCK];
  }

  /// `count` numbers from `from` on, and what fills them up to whole vectors.
  private static float[] part(float[] numbers, int from, int count) {
    return Arrays.copyOf(
        Arrays.copyOfRange(numbers, from, from + count), ScanScratch.padded(count));
  }

  static Step selective(ScanLaw.Selective law, View output, ModelWeights weights, Kernels kernels) {
    float[] factors = law.factors(Weights.numbers(law.rates(), weights));
    float[] skip = vector(law.skip(), weights);
    int states = law.states();
    return new ColumnScanStep(
        output,
        (from, count) -> {
          int columns = ScanScratch.padded(count);
          float[] own = new float[states * columns];
          for (int n = 0; n < states; n++) {
            System.arraycopy(factors, n * output.width() + from, own, n * columns, count);
          }
          float[] state = new float[own.length];
          float[] skipped = part(skip, from, count);
          float[] x = tokens();
          float[] step = tokens();
          float[] keys = new float[ScanScratch.TOKENS * states];
          float[] queries = new float[keys.length];
          return (stretch, _, out) -> {
            stretch.gather(law.input(), from, count, x, BLOCK);
            stretch.gather(law.step(), from, count, step, BLOCK);
            stretch.gather(law.key(), 0, states, keys, states);
            stretch.gather(law.query(), 0, states, queries, states);
            for (int t = 0; t < stretch.tokens(); t++) {
              kernels
                  .scans()
                  .select(
                      state,
                      states,
                      columns,
                      own,
                      skipped,
                      x,
                      step,
                      t * BLOCK,
                      keys,
                      queries,
                      t * states,
                      out);
            }
          };
        });
  }

  static Step gated(ScanLaw.Gated law, View output, ModelWeights weights, Kernels kernels) {
    float[] factors = law.factors(vector(law.rates(), weights));
    return new ColumnScanStep(
        output,
        (from, count) -> {
          int columns = ScanScratch.padded(count);
          float[] state = new float[columns];
          float[] own = part(factors, from, count);
          float[] x = tokens();
          float[] gate = tokens();
          float[] recurrence = tokens();
          return (stretch, isFirst, out) -> {
            stretch.gather(law.input(), from, count, x, BLOCK);
            stretch.gather(law.gate(), from, count, gate, BLOCK);
            stretch.gather(law.recurrence(), from, count, recurrence, BLOCK);
            for (int t = 0; t < stretch.tokens(); t++) {
              boolean begins = isFirst && t == 0;
              kernels
                  .scans()
                  .gate(state, columns, own, begins, x, gate, recurrence, t * BLOCK, out);
            }
          };
        });
  }

  static Step weighted(ScanLaw.Weighted law, View output, ModelWeights weights, Kernels kernels) {
    float[] factors = law.factors(vector(law.rates(), weights));
    float[] first = vector(law.first(), weights);
    return new ColumnScanStep(
        output,
        (from, count) -> {
          int columns = ScanScratch.padded(count);
          float[] state = new float[3 * columns];
          Arrays.fill(state, 2 * columns, 3 * columns, Float.NEGATIVE_INFINITY);
          float[] own = part(factors, from, count);
          float[] firsts = part(first, from, count);
          float[] key = tokens();
          float[] value = tokens();
          return (stretch, _, out) -> {
            stretch.gather(law.key(), from, count, key, BLOCK);
            stretch.gather(law.value(), from, count, value, BLOCK);
            for (int t = 0; t < stretch.tokens(); t++) {
              kernels.scans().weigh(state, columns, own, firsts, key, value, t * BLOCK, out);
            }
          };
        });
  }

  private static float[] vector(Parameter parameter, ModelWeights weights) {
    return weights.vector(parameter.name(), parameter.outputs());
  }
}
