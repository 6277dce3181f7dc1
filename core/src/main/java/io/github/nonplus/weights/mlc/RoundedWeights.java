package io.github.nonplus.weights.mlc;

import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Counts the weights that an unquantized scheme does not keep as they are: float16 rounds float32
/// and bfloat16, and what is called float32 is stored as bfloat16.
final class RoundedWeights {
  private static final int PIECE = 1 << 14;

  private final ElementType modelType;
  private final ElementType kept;
  private long rounded;
  private long all;
  private String first;

  RoundedWeights(ElementType modelType) {
    this.modelType = modelType;
    this.kept =
        switch (modelType) {
          case FLOAT16 -> ElementType.FLOAT16;
          case BFLOAT16, FLOAT32 -> ElementType.BFLOAT16;
        };
  }

  void add(List<Tensor> tensors) {
    tensors.forEach(this::add);
  }

  private void add(Tensor tensor) {
    all += tensor.elements();
    if (tensor.type() == kept) {
      return;
    }
    float[] values = new float[(int) Math.min(PIECE, tensor.elements())];
    for (long from = 0; from < tensor.elements(); from += values.length) {
      int count = (int) Math.min(values.length, tensor.elements() - from);
      tensor.read(from, count, values, 0);
      for (int i = 0; i < count; i++) {
        if (stored(values[i]) != values[i]) {
          rounded++;
          first = first == null ? tensor.name() : first;
        }
      }
    }
  }

  private float stored(float value) {
    return switch (kept) {
      case FLOAT16 -> kept.rounded(value);
      case BFLOAT16, FLOAT32 -> Float.intBitsToFloat(Bfloat16.encode(value) << 16);
    };
  }

  /// What was lost, as a sentence; empty if nothing was.
  Optional<String> sentence(Quantization scheme) {
    if (rounded == 0) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s keeps weights as %s: %,d of %,d were rounded, the first in tensor '%s', so losses"
                + " differ from the checkpoint's",
            scheme.name(),
            switch (modelType) {
              case FLOAT16, BFLOAT16 -> modelType.mlcName();
              case FLOAT32 -> "bfloat16, as MLC stores float32";
            },
            rounded,
            all,
            first));
  }
}
