package io.github.nonplus.storage;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.codes.ScaleType;
import io.github.nonplus.weights.codes.Scaled;
import io.github.nonplus.weights.codes.Scaled.Second;
import io.github.nonplus.weights.codes.Scaled.Zeros;
import io.github.nonplus.weights.safetensors.RawTensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The experts of gpt-oss, stacked: `_blocks` [experts, outputs, inputs / 32, 16], a byte's low
/// bits first, and `_scales`, exponents. Rows are the outputs of all experts, where the model that
/// is not quantized stores inputs by outputs; so the parameter is called by its blocks.
record Mxfp4(String name) implements Storage {
  private static final String BLOCKS = "_blocks";
  private static final String SCALES = "_scales";

  static Storage read(Declaration declared) {
    declared.require("quant_method", Set.of("mxfp4"));
    declared.refuseUnknown(Set.of("modules_to_not_convert", "dequantize"));
    return silent();
  }

  static Storage silent() {
    return new Mxfp4("mxfp4");
  }

  @Override
  public Map<String, String> endings() {
    return Map.of(SCALES, BLOCKS);
  }

  @Override
  public Optional<Matrix> find(Parts given, int rows, int columns) {
    String name = given.parameter();
    if (!name.endsWith(BLOCKS)) {
      return Optional.empty();
    }
    Parts parts = given.of(name.substring(0, name.length() - BLOCKS.length()));
    RawTensor codes = parts.require(BLOCKS, List.of("U8"));
    RawTensor scales = parts.require(SCALES, List.of("U8"));
    List<Long> shape = codes.shape();
    boolean fits =
        shape.size() == 4
            && shape.get(3) == 16
            && shape.get(2) * 32 == columns
            && shape.get(0) <= Integer.MAX_VALUE
            && shape.get(1) <= Integer.MAX_VALUE
            && shape.get(0) * shape.get(1) == rows;
    if (!fits) {
      throw parts.failure(
          codes,
          "has shape " + shape,
          "[experts, outputs, inputs / 32, 16] for %d x %d weights".formatted(rows, columns));
    }
    if (!scales.shape().equals(shape.subList(0, 3))) {
      throw parts.failure(scales, "has shape " + scales.shape(), shape.subList(0, 3).toString());
    }
    Scaled format =
        new Scaled(
            ScaledCodes.E2M1,
            new Scaled.Scales(ScaleType.E8M0, 1, 32),
            Second.NONE,
            Zeros.NONE,
            ElementType.FLOAT32);
    return Optional.of(parts.matrix(format, rows, columns, List.of(codes, scales)));
  }
}
