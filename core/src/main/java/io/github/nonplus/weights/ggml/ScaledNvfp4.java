package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Grouped;
import io.github.nonplus.weights.Groups;
import io.github.nonplus.weights.Planes;
import io.github.nonplus.weights.Snippet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// NVFP4 whose weights are multiplied by one more number, a float32 for the whole matrix, as
/// llama.cpp's converter makes it of checkpoints that have a scale of scales.
public record ScaledNvfp4() implements Format, Grouped {
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
  public Optional<Grouped> grouped() {
    return Optional.of(this);
  }

  @Override
  public int grain() {
    return BLOCKS.grain();
  }

  @Override
  public Groups groups() {
    return BLOCKS.groups();
  }

  @Override
  public void split(Planes planes, int row, int column, int count, Groups groups) {
    BLOCKS.split(planes, row, column, count, groups);
    groups.factor = planes.number(1, ElementType.FLOAT32, 0);
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
