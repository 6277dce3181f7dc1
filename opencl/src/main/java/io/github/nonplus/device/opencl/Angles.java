package io.github.nonplus.device.opencl;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.program.rotation.Rotation;
import java.util.LinkedHashMap;
import java.util.Map;

/// Cosines and sines of all angles that a batch needs, computed in float64 and rounded once, and
/// which row of them each token has. A rotation that depends on the window's length has a table for
/// each length of the batch, one after another: together never more rows than tokens.
public final class Angles {
  private final Rotation rotation;
  private final int half;
  private final Queue queue;
  private final Memory cosine;
  private final Memory sine;
  private final Memory rows;
  private int ready;

  Angles(Rotation rotation, int headSize, int tokens, Allocations allocations, Queue queue) {
    this.rotation = rotation;
    this.half = headSize / 2;
    this.queue = queue;
    this.cosine = allocations.take(4L * tokens * half, "the cosines of positions");
    this.sine = allocations.take(4L * tokens * half, "the sines of positions");
    this.rows = allocations.take(4L * tokens, "the positions");
  }

  /// Bytes that they take.
  static long bytes(int headSize, int tokens) {
    return 8L * tokens * (headSize / 2) + 4L * tokens;
  }

  void begin(Batch batch) {
    Map<Integer, Integer> tables = new LinkedHashMap<>(); // first row of each length's table
    int longest = 0;
    int next = 0;
    int[] row = new int[batch.tokens()];
    for (int w = 0; w < batch.windows(); w++) {
      int start = batch.starts()[w];
      int length = batch.starts()[w + 1] - start;
      longest = Math.max(longest, length);
      int first = 0;
      if (rotation.dependsOnWindow()) {
        Integer known = tables.putIfAbsent(length, next);
        first = known == null ? next : known;
        next += known == null ? length : 0;
      }
      for (int position = 0; position < length; position++) {
        row[start + position] = first + position;
      }
    }
    queue.send(rows, row, row.length);
    if (rotation.dependsOnWindow()) {
      write(tables, next);
    } else if (longest > ready) {
      write(Map.of(longest, 0), longest);
      ready = longest;
    }
  }

  private void write(Map<Integer, Integer> tables, int total) {
    float[] cosines = new float[Math.multiplyExact(total, half)];
    float[] sines = new float[cosines.length];
    tables.forEach(
        (length, first) -> {
          double[] frequencies = rotation.frequencies(2 * half, length);
          double factor = rotation.attentionFactor();
          for (int position = 0; position < length; position++) {
            for (int i = 0; i < half; i++) {
              double angle = rotation.place(position) * frequencies[i];
              int at = (first + position) * half + i;
              cosines[at] = (float) (factor * Math.cos(angle));
              sines[at] = (float) (factor * Math.sin(angle));
            }
          }
        });
    queue.write(cosine, cosines);
    queue.write(sine, sines);
  }

  public Memory cosine() {
    return cosine;
  }

  public Memory sine() {
    return sine;
  }

  /// For each token of the batch its row of the tables.
  public Memory rows() {
    return rows;
  }
}
