package io.github.nonplus.reference.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.reference.Precision;
import io.github.nonplus.reference.Variant;
import io.github.nonplus.reference.bitsandbytes.CodeTable;
import io.github.nonplus.reference.bitsandbytes.FourBitMatrix;
import io.github.nonplus.reference.checkpoint.StoredTensor;
import io.github.nonplus.reference.checkpoint.WeightFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;

/// Brings a checkpoint's tensors into PyTorch, in the type of the computation, a piece at a time:
/// beside the result nothing larger than a piece is held, and no limit of Java's buffers is met.
final class Loading {
  private static final int PIECE = 1 << 22;

  private final WeightFiles files;
  private final NDManager manager;
  private final Variant variant;
  private final Arithmetic arithmetic;
  private final Set<String> used = new HashSet<>();
  private long bytes;
  private final float[] values = new float[PIECE];
  private final ByteBuffer staged =
      ByteBuffer.allocateDirect(PIECE * Float.BYTES).order(ByteOrder.nativeOrder());

  Loading(WeightFiles files, NDManager manager, Variant variant, Arithmetic arithmetic) {
    this.files = files;
    this.manager = manager;
    this.variant = variant;
    this.arithmetic = arithmetic;
  }

  /// Bytes of what was asked for, as it is stored: four-bit codes where it is quantized.
  long bytes() {
    return bytes;
  }

  /// The names that were asked for.
  Set<String> used() {
    return used;
  }

  /// A tensor as it is stored, converted to the type of the computation.
  NDArray plain(String name, long... shape) {
    used.add(name);
    StoredTensor tensor = files.tensor(name, shape);
    bytes += tensor.data().byteSize();
    NDArray target = manager.create(new Shape(tensor.elements()), arithmetic.wide());
    for (long from = 0; from < tensor.elements(); from += PIECE) {
      int count = (int) Math.min(PIECE, tensor.elements() - from);
      tensor.copy(from, count, values);
      fill(target, from, count);
    }
    return shaped(target, shape);
  }

  /// The weight of a linear layer [outputs, inputs], which four-bit precisions quantize: what is
  /// loaded is what comes back from the four bits.
  NDArray linear(String name, long outputs, long inputs) {
    if (!variant.precision().isFourBit()) {
      return plain(name, outputs, inputs);
    }
    used.add(name);
    FourBitMatrix matrix = quantized(files.tensor(name, outputs, inputs));
    bytes += matrix.bytes();
    float[] scales = matrix.scales();
    NDArray target = manager.create(new Shape(matrix.elements()), arithmetic.wide());
    for (int from = 0; from < matrix.elements(); from += PIECE) {
      int count = Math.min(PIECE, matrix.elements() - from);
      matrix.dequantize(scales, from, count, values);
      fill(target, from, count);
    }
    return shaped(target, outputs, inputs);
  }

  private FourBitMatrix quantized(StoredTensor tensor) {
    if (tensor.elements() > Integer.MAX_VALUE - PIECE) {
      throw new WeightsException(
          "%s: tensor '%s' has %d elements, more than are quantized to four bits here (%d)"
              .formatted(
                  tensor.file(), tensor.name(), tensor.elements(), Integer.MAX_VALUE - PIECE));
    }
    CodeTable table = variant.precision() == Precision.FP4 ? CodeTable.FP4 : CodeTable.NF4;
    return FourBitMatrix.quantize(
        table, (int) tensor.elements(), tensor::copy, variant.doubleQuantized());
  }

  private NDArray shaped(NDArray list, long... shape) {
    try (list) { // what is reshaped or rounded lives on
      return Operators.within(() -> arithmetic.narrowed(list).reshape(shape));
    }
  }

  /// Copies `values[0 … count)` to `target[from …)`.
  private void fill(NDArray target, long from, int count) {
    staged.clear().limit(count * Float.BYTES);
    staged.asFloatBuffer().put(values, 0, count);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray piece =
          manager.create(staged.slice(0, count * Float.BYTES), new Shape(count), DataType.FLOAT32);
      target.set(new NDIndex().addSliceDim(from, from + count), piece);
    }
  }
}
