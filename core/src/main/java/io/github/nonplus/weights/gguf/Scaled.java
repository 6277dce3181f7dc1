package io.github.nonplus.weights.gguf;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.gguf.TensorEntry;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ggml.ScaledNvfp4;
import java.nio.file.Path;
import java.util.List;

/// A matrix with one number beside it that all of its weights are multiplied by.
public final class Scaled {
  private static final String SCALED = "NVFP4";

  private Scaled() {}

  /// Whether a tensor may have one.
  public static boolean has(TensorEntry tensor) {
    return tensor.type().name().equals(SCALED);
  }

  /// @param scale the tensor of that number
  /// @param path names the file in messages
  static Matrix by(Matrix matrix, TensorEntry scale, Path path) {
    if (!matrix.format().name().equals(SCALED)
        || scale.elements() != 1
        || !scale.type().name().equals("F32")) {
      throw new WeightsException(
          "%s: '%s' (%s, %s) is no scale of a matrix of the type %s; only one float32 beside NVFP4 is known"
              .formatted(
                  path, scale.name(), scale.type().name(), scale.shape(), matrix.format().name()));
    }
    return Matrix.of(
        new ScaledNvfp4(),
        matrix.rows(),
        matrix.columns(),
        List.of(matrix.planes().data().getFirst(), scale.data()));
  }
}
