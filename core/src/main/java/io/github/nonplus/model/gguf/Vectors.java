package io.github.nonplus.model.gguf;

import io.github.nonplus.failure.ModelException;
import io.github.nonplus.gguf.TensorEntry;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Short vectors that belong to a model's configuration: factors of its rotation.
final class Vectors {
  private static final int LONGEST = 1 << 16;
  private static final ValueLayout.OfFloat SINGLE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Vectors() {}

  /// @param path names the file in messages
  static List<Double> of(TensorEntry tensor, String path) {
    if (!tensor.type().name().equals("F32")
        || tensor.shape().size() != 1
        || tensor.elements() > LONGEST) {
      throw new ModelException(
          "%s: tensor '%s' is %s of the type %s, expected a short vector of F32"
              .formatted(path, tensor.name(), tensor.shape(), tensor.type().name()));
    }
    List<Double> numbers = new ArrayList<>();
    for (long i = 0; i < tensor.elements(); i++) {
      float number = tensor.data().getAtIndex(SINGLE, i);
      if (!Float.isFinite(number)) {
        throw new ModelException(
            "%s: tensor '%s' holds a value at [%d] that is no finite number; the file is damaged"
                .formatted(path, tensor.name(), i));
      }
      numbers.add((double) number);
    }
    return numbers;
  }
}
