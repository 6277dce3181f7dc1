package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Planes;
import io.github.nonplus.weights.Snippet;
import java.util.List;
import java.util.Map;

/// NVFP4 whose weights are multiplied by one more number, a float32 for the whole matrix, as
/// llama.cpp's converter makes it of checkpoints that have a scale of scales.
public record ScaledNvfp4() implements Format {
  private static final Nvfp4 BLOCKS = new Nvfp4();

  @Override
  public String name() {
    return BLOCKS.name() + " scaled";
  }

  @Override
  public Snippet snippet() {
    return new Snippet(BLOCKS.snippet().name(), 2, Map.of());
  }

  @Override
  public List<Long> planeBytes(int rows, int columns) {
    return List.of(BLOCKS.planeBytes(rows, columns).getFirst(), (long) Float.BYTES);
  }

  @Override
  public void decode(Planes planes, int row, int column, int count, float[] target, int offset) {
    BLOCKS.decode(planes, row, column, count, target, offset);
    float scale = planes.number(1, ElementType.FLOAT32, 0);
    for (int i = offset; i < offset + count; i++) {
      target[i] *= scale;
    }
  }
}
