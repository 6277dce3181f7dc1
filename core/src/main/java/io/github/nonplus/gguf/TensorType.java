package io.github.nonplus.gguf;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A type of ggml: how many weights a block has, and in how many bytes. What its bits mean is known
/// to `weights.ggml`, for those that are read.
///
/// @param number in files
/// @param weights of a block
/// @param bytes of a block
public record TensorType(int number, String name, int weights, int bytes) {
  private static final Map<Integer, TensorType> ALL =
      List.of(
              new TensorType(0, "F32", 1, 4),
              new TensorType(1, "F16", 1, 2),
              new TensorType(2, "Q4_0", 32, 18),
              new TensorType(3, "Q4_1", 32, 20),
              new TensorType(6, "Q5_0", 32, 22),
              new TensorType(7, "Q5_1", 32, 24),
              new TensorType(8, "Q8_0", 32, 34),
              new TensorType(9, "Q8_1", 32, 36),
              new TensorType(10, "Q2_K", 256, 84),
              new TensorType(11, "Q3_K", 256, 110),
              new TensorType(12, "Q4_K", 256, 144),
              new TensorType(13, "Q5_K", 256, 176),
              new TensorType(14, "Q6_K", 256, 210),
              new TensorType(15, "Q8_K", 256, 292),
              new TensorType(16, "IQ2_XXS", 256, 66),
              new TensorType(17, "IQ2_XS", 256, 74),
              new TensorType(18, "IQ3_XXS", 256, 98),
              new TensorType(19, "IQ1_S", 256, 50),
              new TensorType(20, "IQ4_NL", 32, 18),
              new TensorType(21, "IQ3_S", 256, 110),
              new TensorType(22, "IQ2_S", 256, 82),
              new TensorType(23, "IQ4_XS", 256, 136),
              new TensorType(24, "I8", 1, 1),
              new TensorType(25, "I16", 1, 2),
              new TensorType(26, "I32", 1, 4),
              new TensorType(27, "I64", 1, 8),
              new TensorType(28, "F64", 1, 8),
              new TensorType(29, "IQ1_M", 256, 56),
              new TensorType(30, "BF16", 1, 2),
              new TensorType(34, "TQ1_0", 256, 54),
              new TensorType(35, "TQ2_0", 256, 66),
              new TensorType(39, "MXFP4", 32, 17),
              new TensorType(40, "NVFP4", 64, 36),
              new TensorType(41, "Q1_0", 128, 18),
              new TensorType(42, "Q2_0", 64, 18))
          .stream()
          .collect(Collectors.toUnmodifiableMap(TensorType::number, Function.identity()));

  /// Types that llama.cpp once had, by their numbers.
  private static final Map<Integer, String> REMOVED =
      Map.of(
          4, "Q4_2",
          5, "Q4_3",
          31, "Q4_0_4_4",
          32, "Q4_0_4_8",
          33, "Q4_0_8_8",
          36, "IQ4_NL_4_4",
          37, "IQ4_NL_4_8",
          38, "IQ4_NL_8_8");

  /// Where ik_llama.cpp begins to count its own.
  private static final int OF_FORKS = 97;

  /// The type of a number.
  public static Optional<TensorType> of(int number) {
    return Optional.ofNullable(ALL.get(number));
  }

  /// What to say of a number that is no type of today's llama.cpp.
  static String stranger(int number) {
    String removed = REMOVED.get(number);
    if (removed != null) {
      return "%d (%s), which llama.cpp has removed; quantize the model again"
          .formatted(number, removed);
    }
    return number >= OF_FORKS
        ? "%s, which is none of llama.cpp's; it may be a fork's (ik_llama.cpp has some beyond %d) and is not read"
            .formatted(Integer.toUnsignedString(number), OF_FORKS - 1)
        : "%s, which is none of llama.cpp's; the file is damaged or newer than this build"
            .formatted(Integer.toUnsignedString(number));
  }

  /// Bytes of so many weights, of which rows are whole blocks.
  public long bytes(long count) {
    return Math.multiplyExact(count / weights, (long) bytes);
  }
}
