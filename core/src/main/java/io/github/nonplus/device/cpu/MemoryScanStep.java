package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.ScanLaw;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.weights.ModelWeights;
import java.util.Arrays;

/// Memories of pairs of keys and values. A task is a head of a window; its state is cut into blocks
/// of columns that fit a first-level cache.
record MemoryScanStep(ScanLaw.Memory law, float[] skip, View output, Kernels kernels)
    implements Step {
  /// Columns of a block.
  private static final int BLOCK = 64;

  static MemoryScanStep of(ScanLaw.Memory law, View output, ModelWeights weights, Kernels kernels) {
    float[] skip =
        law.skip() == null ? null : weights.vector(law.skip().name(), law.skip().outputs());
    return new MemoryScanStep(law, skip, output, kernels);
  }

  @Override
  public void run(Frame frame, Workers workers) {
    int heads = law.heads();
    workers.run(
        Math.multiplyExact(frame.batch().windows(), heads),
        (_, task) -> new Head(task % heads).scan(frame, task / heads));
  }

  /// One head, whose rows and state these are.
  private final class Head {
    private final int head;
    private final int rows = law.keySize();
    private final int columns = ScanScratch.padded(law.valueSize());
    private final float[] state = new float[Math.multiplyExact(rows, columns)];
    private final float[] query = new float[ScanScratch.TOKENS * rows];
    private final float[] key = new float[query.length];
    private final float[] kept = new float[query.length];
    private final float[] faded = new float[query.length];
    private final float[] value = new float[ScanScratch.TOKENS * columns];
    private final float[] out = new float[value.length];
    private final float[] step = new float[ScanScratch.TOKENS];
    private final float[] decay = new float[ScanScratch.TOKENS];

    Head(int head) {
      this.head = head;
      Arrays.fill(step, 1);
    }

    void scan(Frame frame, int window) {
      int end = frame.batch().starts()[window + 1];
      for (int from = frame.batch().starts()[window]; from < end; from += ScanScratch.TOKENS) {
        int tokens = Math.min(ScanScratch.TOKENS, end - from);
        ScanScratch stretch = new ScanScratch(frame, from, tokens);
        gather(stretch);
        for (int column = 0; column < columns; column += BLOCK) {
          int width = Math.min(BLOCK, columns - column);
          for (int t = 0; t < tokens; t++) {
            remember(t, column, width);
          }
        }
        addSkipped(tokens);
        stretch.scatter(out, columns, output, head * law.valueSize(), law.valueSize());
      }
    }

    private void remember(int t, int column, int width) {
      kernels
          .scans()
          .remember(
              state,
              rows * column,
              rows,
              width,
              kept,
              faded,
              key,
              query,
              t * rows,
              value,
              t * columns + column,
              step[t],
              law.corrects(),
              out,
              t * columns + column);
    }

    private void gather(ScanScratch stretch) {
      int at = head / law.headsPerKey() * rows;
      stretch.gather(law.query(), at, rows, query, rows);
      stretch.gather(law.key(), at, rows, key, rows);
      stretch.gather(law.value(), head * law.valueSize(), law.valueSize(), value, columns);
      if (law.step() != null) {
        stretch.gather(law.step(), head, 1, step, 1);
      }
      int count = stretch.tokens() * rows;
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
      float scale = (float) law.scale();
      for (int i = 0; i < count; i++) {
        faded[i] = kept[i] * key[i];
        query[i] *= scale;
      }
    }

    private void addSkipped(int tokens) {
      for (int i = 0; skip != null && i < tokens * columns; i++) {
        out[i] = Math.fma(skip[head], value[i], out[i]);
      }
    }
  }
}
