package io.github.nonplus.quantization;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.weights.ElementType;
import java.util.Optional;
import java.util.stream.Collectors;

/// Symmetric quantization of groups of consecutive inputs: one scale for each `groupSize` weights
/// of an output, codes of `bits` bits packed lowest first into 32-bit words.
///
/// @param layout storage order of linear layers; embeddings are always [Layout#NK]
/// @param quantizesVocabulary whether the embedding and the output layer are quantized as well
public record GroupQuantization(
    String name,
    int bits,
    int groupSize,
    ElementType modelType,
    Layout layout,
    boolean quantizesVocabulary)
    implements Quantization {
  public GroupQuantization {
    if (bits < 2 || bits > 8 || groupSize % (32 / bits) != 0) {
      throw new IllegalArgumentException(name + ": " + groupSize + " codes of " + bits + " bits");
    }
  }

  @Override
  public Optional<Encoding> linear() {
    return Optional.of(new GroupEncoding(this, layout));
  }

  @Override
  public Optional<Encoding> experts() {
    return switch (layout) {
      case NK -> linear();
      case KN ->
          throw new WeightsException(
              "%s stores matrices inputs by outputs, and MLC LLM has no such form for experts; use %s"
                  .formatted(name, forExperts()));
    };
  }

  /// The schemes of as many bits, and numbers of the same type, that have one.
  private String forExperts() {
    return Quantization.ALL.stream()
        .filter(
            each ->
                each instanceof GroupQuantization other
                    && other.layout == Layout.NK
                    && other.bits == bits
                    && other.modelType == modelType)
        .map(Quantization::name)
        .collect(Collectors.joining(" or "));
  }

  @Override
  public Optional<Encoding> embedding() {
    return vocabulary(Layout.NK);
  }

  @Override
  public Optional<Encoding> outputLayer() {
    return vocabulary(layout);
  }

  private Optional<Encoding> vocabulary(Layout its) {
    return quantizesVocabulary ? Optional.of(new GroupEncoding(this, its)) : Optional.empty();
  }

  /// Rounded to the model type, which for float32 it is already.
  public float rounded(float value) {
    return modelType.rounded(value);
  }

  /// The code of zero, and the largest magnitude: 7 for 4 bits, 3 for 3 bits.
  public int zeroPoint() {
    return (1 << (bits - 1)) - 1;
  }

  /// Codes in one 32-bit word: 8 or 10.
  public int codesPerWord() {
    return 32 / bits;
  }

  /// Words of one group: 4.
  public int wordsPerGroup() {
    return groupSize / codesPerWord();
  }

  /// Groups of a row of `columns` weights, the last one possibly partial.
  public int groups(int columns) {
    return Math.ceilDiv(columns, groupSize);
  }
}
