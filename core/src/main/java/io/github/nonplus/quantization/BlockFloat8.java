package io.github.nonplus.quantization;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.codes.CodeType;
import io.github.nonplus.weights.codes.ScaleType;
import io.github.nonplus.weights.codes.Scaled;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Linear layers as DeepSeek published them: E4M3, and a scale for each block of outputs and
/// inputs; everything else as bfloat16. MLC's converter takes the codes over, and stores the upper
/// half of a scale.
///
/// A weight is code · scale, which is exact in float32: MLC's kernels for more than one token
/// multiply sums by scales and round no weight.
///
/// @param outputs of a block, which `model_config` says
public record BlockFloat8(String name, int outputs, int inputs) implements Quantization {
  public BlockFloat8 {
    if (outputs < 1 || inputs < 1) {
      throw new IllegalArgumentException("blocks of %d x %d".formatted(outputs, inputs));
    }
  }

  @Override
  public ElementType modelType() {
    return ElementType.BFLOAT16;
  }

  @Override
  public Quantization inBlocks(int outputsOfOne, int inputsOfOne) {
    return new BlockFloat8(name, outputsOfOne, inputsOfOne);
  }

  @Override
  public Optional<Encoding> linear() {
    return Optional.of(new Blocks(outputs, inputs));
  }

  @Override
  public Optional<Encoding> heads() {
    return linear();
  }

  @Override
  public Optional<Encoding> embedding() {
    return Optional.empty();
  }

  @Override
  public Optional<Encoding> outputLayer() {
    return Optional.empty();
  }

  @Override
  public Optional<String> activations() {
    return Optional.of("as float8, scaled for each %d inputs of a token".formatted(inputs));
  }

  /// The codes under the name of the weight, and their scales.
  private record Blocks(int outputs, int inputs) implements Encoding {
    private static final Scaled.CodeRows CODES = new Scaled.CodeRows(CodeType.E4M3, 8, 1);

    @Override
    public List<Part> parts(String name, List<Integer> shape) {
      int rows = shape.size() - 2;
      List<Long> codes = shape.stream().map(Integer::longValue).toList();
      List<Long> scales = new ArrayList<>(codes);
      scales.set(rows, Math.ceilDiv(codes.get(rows), (long) outputs));
      scales.set(rows + 1, Math.ceilDiv(codes.get(rows + 1), (long) inputs));
      return List.of(
          new Part(name, DType.FLOAT8_E4M3FN, codes),
          new Part(name + "_scale_inv", DType.FLOAT32, scales));
    }

    @Override
    public int outputsTogether() {
      return outputs;
    }

    @Override
    public Format format(ElementType scales) {
      return new Scaled(
          CODES,
          new Scaled.Scales(ScaleType.of(scales), outputs, inputs),
          Scaled.Second.NONE,
          Scaled.Zeros.NONE,
          ElementType.FLOAT32);
    }
  }
}
