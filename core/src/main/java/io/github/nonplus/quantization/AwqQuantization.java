package io.github.nonplus.quantization;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.codes.Awq;
import java.util.List;
import java.util.Optional;

/// Linear layers as AWQ has quantized them; everything else as float16. MLC's converter takes the
/// codes over, and always calls their groups 128 inputs.
public record AwqQuantization(String name) implements Quantization {
  private static final int GROUP = 128;
  private static final int CODES_PER_WORD = 8;

  @Override
  public ElementType modelType() {
    return ElementType.FLOAT16;
  }

  @Override
  public Optional<Encoding> linear() {
    return Optional.of(new Words(name));
  }

  @Override
  public Optional<Encoding> experts() {
    throw new WeightsException(
        name + " is of dense layers, and MLC LLM has no form of it for experts");
  }

  @Override
  public Optional<Encoding> embedding() {
    return Optional.empty();
  }

  @Override
  public Optional<Encoding> outputLayer() {
    return Optional.empty();
  }

  /// Words of eight outputs each, an input a row.
  private record Words(String scheme) implements Encoding {
    @Override
    public List<Part> parts(String name, List<Integer> shape) {
      String stem = Encoding.stem(name);
      long inputs = shape.get(1);
      long outputs = shape.get(0);
      if (outputs % CODES_PER_WORD != 0) {
        throw new WeightsException(
            "'%s' has %d outputs, and %s packs %d into a word; no such matrix is written by MLC LLM"
                .formatted(name, outputs, scheme, CODES_PER_WORD));
      }
      long groups = Math.ceilDiv(inputs, GROUP);
      return List.of(
          new Part(stem + "qweight", DType.UINT32, List.of(inputs, outputs / CODES_PER_WORD)),
          new Part(stem + "qzeros", DType.UINT32, List.of(groups, outputs / CODES_PER_WORD)),
          new Part(stem + "scales", DType.FLOAT16, List.of(groups, outputs)));
    }

    @Override
    public int outputsTogether() {
      return CODES_PER_WORD;
    }

    @Override
    public Format format(ElementType scales) {
      return new Awq(GROUP, scales, ElementType.FLOAT16);
    }
  }
}
