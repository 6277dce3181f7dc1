package io.github.nonplus.weights.mlc;

public final class MlcWeights {
  private MlcWeights() {}

  public static io.github.nonplus.weights.ModelWeights open(
      java.nio.file.Path p,
      java.util.List<io.github.nonplus.model.StoredParameter> s,
      io.github.nonplus.quantization.Quantization q) {
    throw new IllegalStateException();
  }
}
