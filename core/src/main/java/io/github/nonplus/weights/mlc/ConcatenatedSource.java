package io.github.nonplus.weights.mlc;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.model.mlc.Change;
import io.github.nonplus.model.mlc.StoredParameter;
import io.github.nonplus.quantization.Rows;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Tensor;
import io.github.nonplus.weights.safetensors.SafetensorsCheckpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The checkpoint tensors of one parameter, concatenated along the first axis, changed as MLC
/// changes them and cast to the model type. Nothing is copied until it is read.
final class ConcatenatedSource implements Rows {
  private static final int PIECE = 1 << 14;

  /// From here on a number rounds to infinity in float16.
  private static final float HALF_OVERFLOW = 65520;

  /// The same in bfloat16.
  private static final float BFLOAT16_OVERFLOW = 0x1.FFp127f;

  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat SINGLE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final List<Tensor> tensors;
  private final int columns;
  private final int rows;
  private final ElementType modelType;
  private final StoredParameter parameter;

  private ConcatenatedSource(
      List<Tensor> tensors, StoredParameter parameter, ElementType modelType) {
    this.tensors = tensors;
    this.rows = parameter.rows();
    this.columns = parameter.columns();
    this.modelType = modelType;
    this.parameter = parameter;
  }

  /// The sources of `parameter`, which must be there in their shapes.
  static ConcatenatedSource find(
      SafetensorsCheckpoint checkpoint, StoredParameter parameter, ElementType modelType) {
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < parameter.sources().size(); i++) {
      tensors.add(checkpoint.require(parameter.sources().get(i), parameter.sourceShape(i)));
    }
    return new ConcatenatedSource(
        List.copyOf(tensors), parameter, StoredForm.typeOf(parameter, modelType));
  }

  /// What is concatenated, in order.
  List<Tensor> tensors() {
    return tensors;
  }

  /// Refuses what is not finite, or would not be in the model type.
  void checkValues(SafetensorsCheckpoint checkpoint) {
    float limit =
        switch (modelType) {
          case FLOAT16 -> HALF_OVERFLOW;
          case BFLOAT16 -> BFLOAT16_OVERFLOW;
          case FLOAT32 -> Float.POSITIVE_INFINITY;
        };
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
    switch (parameter.change()) {
      case Change.None _ -> readStored(row, target);
      case Change.PlusOne plusOne -> {
        ElementType type = readStored(row, target);
        for (int i = 0; i < columns; i++) {
          target[i] = plusOne.inSingle() ? target[i] + 1 : type.rounded(target[i] + 1);
        }
      }
      case Change.Gathered gathered -> readStored(gathered.order().row(row), target);
      case Change.Transposed _ -> {
        for (int i = 0; i < columns; i++) {
          tensors.getFirst().read((long) i * rows + row, 1, target, i);
        }
      }
      case Change.Cut cut -> {
        Tensor tensor = tensors.getFirst();
        for (int i = 0; i < columns; i++) {
          long at = cut.sourceRow(parameter, row, i) * tensor.shape().getLast();
          tensor.read(at + cut.sourceColumn(parameter, row, i), 1, target, i);
        }
      }
    }
    for (int i = 0; i < columns; i++) {
      target[i] = modelType.rounded(target[i]);
    }
  }

  /// A row of the concatenation as it is, in the type that is returned.
  private ElementType readStored(int row, float[] target) {
    long inTensor = row;
    for (Tensor tensor : tensors) {
      long inThis = tensor.elements() / columns;
      if (inTensor < inThis) {
        tensor.read(inTensor * columns, columns, target, 0);
        return tensor.type();
      }
      inTensor -= inThis;
    }
    throw new IndexOutOfBoundsException(row);
  }

  /// Everything, in the model type.
  MemorySegment cast(Arena arena) {
    long elements = Math.multiplyExact((long) rows, columns);
    MemorySegment all = arena.allocate(elements * modelType.bytes());
    if (!(parameter.change() instanceof Change.None)) {
      float[] row = new float[columns];
      for (int n = 0; n < rows; n++) {
        read(n, row);
        write(row, columns, all, (long) n * columns);
      }
      return all;
    }
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
      write(values, count, target, from);
    }
  }

  /// Writes numbers in the model type.
  private void write(float[] values, int count, MemorySegment target, long at) {
    for (int i = 0; i < count; i++) {
      switch (modelType) {
        case FLOAT32 -> target.set(SINGLE, 4 * (at + i), values[i]);
        case FLOAT16, BFLOAT16 -> target.set(HALF, 2 * (at + i), modelType.halfBits(values[i]));
      }
    }
  }
}
