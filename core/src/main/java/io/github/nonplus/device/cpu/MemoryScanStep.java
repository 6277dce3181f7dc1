package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.ScanLaw;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.weights.ModelWeights;
import java.util.Arrays;

/// Memories of pairs of keys and values. A task is a head of a window; its state is cut into blocks
/// of columns that fit a first-level cache.
///
/// @param keys where keys are put first, which several heads read; `queries` likewise
record MemoryScanStep(
    ScanLaw.Memory law, float[] skip, View output, Kernels kernels, Rows keys, Rows queries)
    implements Step {
  /// Columns of a block.
  private static final int BLOCK = 64;

  static MemoryScanStep of(
      ScanLaw.Memory law,
      View output,
      ModelWeights weights,
      Kernels kernels,
      Rows keys,
      Rows queries) {
    float[] skip =
        law.skip() == null ? null : weights.vector(law.skip().name(), law.skip().outputs());
    return new MemoryScanStep(law, skip, output, kernels, keys, queries);
  }

  @Override
  public void run(Frame frame, Workers workers) {
    int heads = law.heads();
    keys.fill(frame, law.key(), 1, workers);
    queries.fill(frame, law.query(), (float) law.scale(), workers);
    workers.run(
        Math.multiplyExact(frame.batch().windows(), heads),
        (_, task) -> new Head(task % heads).scan(frame, task / heads));
  }

  /// One head, whose rows and state these are.
  private final class Head {
    private final int head;
    private final int rows = law.keySize();
    private final int keyColumn;
    private final int columns = ScanScratch.padded(law.valueSize());
    private final float[] state =
        new float[Math.addExact(Math.multiplyExact(rows, columns), Alignment.SLACK)];
    private final int stateAt = Alignment.of(state);
    private final float[] kept = new float[ScanScratch.TOKENS * rows];
    private final float[] faded = new float[kept.length];
    private final float[] value = new float[ScanScratch.TOKENS * columns];
    private final float[] out = new float[value.length];
    private final float[] step = new float[ScanScratch.TOKENS];
    private final float[] decay = new float[ScanScratch.TOKENS];

    Head(int head) {
      this.head = head;
      this.keyColumn = head / law.headsPerKey() * rows;
      Arrays.fill(step, 1);
    }

    void scan(Frame frame, int window) {
      int end = frame.batch().starts()[window + 1];
      for (int from = frame.batch().starts()[window]; from < end; from += ScanScratch.TOKENS) {
        int tokens = Math.min(ScanScratch.TOKENS, end - from);
        ScanScratch stretch = new ScanScratch(frame, from, tokens);
        gather(stretch);
        int width = law.key().width();
        Memories.Tokens memories =
            new Memories.Tokens(
                tokens,
                rows,
                columns,
                kept,
                faded,
                keys.numbers(),
                queries.numbers(),
                from * width + keyColumn,
                width,
                value,
                step,
                out);
        for (int column = 0; column < columns; column += BLOCK) {
          int beside = Math.min(BLOCK, columns - column);
          kernels
              .memories()
              .remember(state, stateAt + rows * column, beside, column, memories, law.corrects());
        }
        addSkipped(tokens);
        stretch.scatter(out, columns, output, head * law.valueSize(), law.valueSize());
      }
    }

    private void gather(ScanScratch stretch) {
      stretch.gather(law.value(), head * law.valueSize(), law.valueSize(), value, columns);
      if (law.step() != null) {
        stretch.gather(law.step(), head, 1, step, 1);
      }
      if (law.decaysByColumn()) {
        stretch.gather(law.decay(), head * rows, rows, kept, rows);
      } else {
        if (law.decay() == null) {
          Arrays.fill(decay, law.decays().get(head).floatValue());
        } else {
          stretch.gather(law.decay(), head, 1, decay, 1);
        }
        for (int t = 0; t < stretch.tokens(); t++) {
          Arrays.fill(kept, t * rows, (t + 1) * rows, decay[t]);
        }
      }
      for (int t = 0; law.corrects() && t < stretch.tokens(); t++) {
        int at = (stretch.from() + t) * law.key().width() + keyColumn;
        for (int i = 0; i < rows; i++) {
          faded[t * rows + i] = kept[t * rows + i] * keys.numbers()[at + i];
        }
      }
    }

    private void addSkipped(int tokens) {
      for (int i = 0; skip != null && i < tokens * columns; i++) {
        out[i] = Math.fma(skip[head], value[i], out[i]);
      }
    }
  }
}
