package io.github.nonplus.weights.mlc;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.model.mlc.StoredParameter;
import io.github.nonplus.quantization.MatrixQuantizer;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Tensor;
import io.github.nonplus.weights.safetensors.SafetensorsCheckpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The checkpoint tensors of one parameter, concatenated along the first axis and cast to the model
/// type. Nothing is copied until it is read.
final class ConcatenatedSource implements MatrixQuantizer.Rows {
  private static final int PIECE = 1 << 14;

  /// From here on a number rounds to infinity in float16.
  private static final float HALF_OVERFLOW = 65520;

  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat SINGLE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final List<Tensor> tensors;
  private final int columns;
  private final ElementType modelType;

  private ConcatenatedSource(List<Tensor> tensors, int columns, ElementType modelType) {
    this.tensors = tensors;
    this.columns = columns;
    this.modelType = modelType;
  }

  /// The sources of `parameter`, which must be there in their shapes.
  static ConcatenatedSource find(
      SafetensorsCheckpoint checkpoint, StoredParameter parameter, ElementType modelType) {
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < parameter.sources().size(); i++) {
      tensors.add(checkpoint.require(parameter.sources().get(i), parameter.sourceShape(i)));
    }
    int columns = parameter.shape().size() == 1 ? 1 : parameter.shape().get(1);
    return new ConcatenatedSource(List.copyOf(tensors), columns, modelType);
  }

  /// What is concatenated, in order.
  List<Tensor> tensors() {
    return tensors;
  }

  /// Refuses what is not finite, or would not be in the model type.
  void checkValues(SafetensorsCheckpoint checkpoint) {
    float limit = modelType == ElementType.FLOAT16 ? HALF_OVERFLOW : Float.POSITIVE_INFINITY;
    for (Tensor tensor : tensors) {
      long index = tensor.firstNotBelow(limit);
      if (index >= 0) {
        float[] value = new float[1];
        tensor.read(index, 1, value, 0);
        throw new WeightsException(
            "%s: tensor '%s' holds %s at %s, which is no finite %s; %s"
                .formatted(
                    checkpoint.fileOf(tensor.name()),
                    tensor.name(),
                    value[0],
                    tensor.place(index),
                    modelType.mlcName(),
                    Float.isFinite(value[0])
                        ? "use a quantization with float32"
                        : "the checkpoint is damaged"));
      }
    }
  }

  @Override
  public void read(int row, float[] target) {
    long inTensor = row;
    for (Tensor tensor : tensors) {
      long rows = tensor.shape().getFirst();
      if (inTensor < rows) {
        tensor.read(inTensor * columns, columns, target, 0);
        cast(tensor.type(), target, columns);
        return;
      }
      inTensor -= rows;
    }
    throw new IndexOutOfBoundsException(row);
  }

  private void cast(ElementType type, float[] values, int count) {
    if (modelType == ElementType.FLOAT16 && type != ElementType.FLOAT16) {
      for (int i = 0; i < count; i++) {
        values[i] = Float.float16ToFloat(Float.floatToFloat16(values[i]));
      }
    }
  }

  /// Everything, in the model type.
  MemorySegment cast(Arena arena) {
    long elements = tensors.stream().mapToLong(Tensor::elements).sum();
    MemorySegment all = arena.allocate(elements * modelType.bytes());
    long at = 0;
    for (Tensor tensor : tensors) {
      long bytes = tensor.elements() * modelType.bytes();
      cast(tensor, all.asSlice(at, bytes));
      at += bytes;
    }
    return all;
  }

  private void cast(Tensor tensor, MemorySegment target) {
    if (tensor.type() == modelType) {
      target.copyFrom(tensor.data());
      return;
    }
    float[] values = new float[(int) Math.min(PIECE, tensor.elements())];
    for (long from = 0; from < tensor.elements(); from += values.length) {
      int count = (int) Math.min(values.length, tensor.elements() - from);
      tensor.read(from, count, values, 0);
      for (int i = 0; i < count; i++) {
        if (modelType == ElementType.FLOAT16) {
          target.set(HALF, 2 * (from + i), Float.floatToFloat16(values[i]));
        } else {
          target.set(SINGLE, 4 * (from + i), values[i]);
        }
      }
    }
  }
}
