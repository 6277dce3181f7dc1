package io.github.nonplus.quantization;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A matrix as group quantization stores it: words of codes, and scales.
///
/// @param layout the order of both, which differs from the scheme's for an embedding
public record GroupEncoding(GroupQuantization scheme, Layout layout) implements Encoding {
  @Override
  public List<Part> parts(String name, List<Integer> shape) {
    String stem = Encoding.stem(name);
    long groups = scheme.groups(shape.getLast());
    return List.of(
        new Part(stem + "q_weight", DType.UINT32, shape(shape, groups * scheme.wordsPerGroup())),
        new Part(stem + "q_scale", DType.of(scheme.modelType()), shape(shape, groups)));
  }

  private List<Long> shape(List<Integer> matrix, long alongInputs) {
    List<Long> shape = new ArrayList<>();
    matrix.subList(0, matrix.size() - 1).forEach(outputs -> shape.add((long) outputs));
    switch (layout) {
      case NK -> shape.addLast(alongInputs);
      case KN -> shape.addFirst(alongInputs);
    }
    return shape;
  }

  @Override
  public Format format(ElementType scales) {
    return new GroupFormat(scheme, layout, scales);
  }

  @Override
  public Optional<Encoder> encoder() {
    return Optional.of(
        (source, rows, columns, rounding, arena) ->
            new MatrixQuantizer(scheme, rounding).quantize(source, rows, columns, layout, arena));
  }
}
