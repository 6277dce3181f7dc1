package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Dense;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import java.util.Map;
import java.util.Optional;

/// The types of ggml that hold weights, by their numbers in files.
public final class GgmlTypes {
  private static final Map<Integer, Format> FORMATS =
      Map.ofEntries(
          Map.entry(0, new Dense(ElementType.FLOAT32)),
          Map.entry(1, new Dense(ElementType.FLOAT16)),
          Map.entry(2, new Q40()),
          Map.entry(3, new Q41()),
          Map.entry(6, new Q50()),
          Map.entry(7, new Q51()),
          Map.entry(8, new Q80()),
          Map.entry(10, new Q2K()),
          Map.entry(11, new Q3K()),
          Map.entry(12, new Q4K()),
          Map.entry(13, new Q5K()),
          Map.entry(14, new Q6K()),
          Map.entry(16, new Iq2Xxs()),
          Map.entry(17, new Iq2Xs()),
          Map.entry(18, new Iq3Xxs()),
          Map.entry(19, new Iq1S()),
          Map.entry(20, new Iq4Nl()),
          Map.entry(21, new Iq3S()),
          Map.entry(22, new Iq2S()),
          Map.entry(23, new Iq4Xs()),
          Map.entry(29, new Iq1M()),
          Map.entry(30, new Dense(ElementType.BFLOAT16)),
          Map.entry(34, new Tq10()),
          Map.entry(35, new Tq20()),
          Map.entry(39, new Mxfp4()),
          Map.entry(40, new Nvfp4()),
          Map.entry(41, new Q10()),
          Map.entry(42, new Q20()));

  private GgmlTypes() {}

  /// The format of a type's number, or empty for a type that is not read: of integers, of
  /// activations, of forks.
  public static Optional<Format> format(int type) {
    return Optional.ofNullable(FORMATS.get(type));
  }

  /// All of them.
  public static Map<Integer, Format> all() {
    return FORMATS;
  }
}
