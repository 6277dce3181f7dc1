package io.github.nonplus.storage;

import io.github.nonplus.program.op.CodeNumbers;
import io.github.nonplus.program.op.CodeScales;
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

/// NVFP4 and FP8 of NVIDIA's ModelOpt: E2M1 in groups of 16 with E4M3 scales and `weight_scale_2`,
/// which multiplies; or E4M3 with one scale, or one for each row.
record ModelOpt(String name, String algorithm, List<String> notApplied, List<String> beyondInputs)
    implements Storage {
  static Storage read(Declaration declared) {
    declared.require("quant_method", Set.of("modelopt", "modelopt_fp4"));
    declared.require("quant_algo", Set.of("NVFP4", "FP8", "FP8_PER_CHANNEL_PER_TOKEN"));
    declared.require("group_size", Set.of("16"));
    String algorithm = declared.config().stringOr("quant_algo", "NVFP4");
    List<String> rest = new java.util.ArrayList<>();
    declared
        .config()
        .find("kv_cache_quant_algo")
        .ifPresent(value -> rest.add("keys and values as " + value.asText()));
    declared
        .config()
        .findFilledObject("kv_cache_scheme")
        .ifPresent(_ -> rest.add("keys and values in 8 bits"));
    declared.refuseUnknown(Set.of("exclude_modules", "ignore", "producer", "config_groups"));
    List<String> all = new java.util.ArrayList<>(List.of("activations as " + algorithm));
    all.addAll(rest);
    return new ModelOpt(
        "modelopt-" + algorithm.toLowerCase(java.util.Locale.ROOT), algorithm, all, rest);
  }

  @Override
  public Map<String, String> endings() {
    return Map.of(
        ".weight_scale", ".weight", ".weight_scale_2", ".weight", ".input_scale", ".weight");
  }

  @Override
  public List<String> unused() {
    return List.of(".k_scale", ".v_scale", ".q_scale", ".output_scale");
  }

  @Override
  public Optional<Matrix> find(Parts parts, int rows, int columns) {
    if (!parts.has(".weight_scale")) {
      return Optional.empty();
    }
    return Optional.of(
        parts.has(".weight_scale_2") ? nvfp4(parts, rows, columns) : fp8(parts, rows, columns));
  }

  @Override
  public Optional<InputCodes> inputs(Parts parts) {
    if (!parts.has(".weight_scale")) {
      return Optional.empty();
    }
    CodeNumbers codes = parts.has(".weight_scale_2") ? CodeNumbers.E2M1 : CodeNumbers.E4M3;
    CodeScales scales =
        parts.has(".weight_scale_2")
            ? new CodeScales.Local(16, parts.number(ActivationScheme.SCALE), false)
            : algorithm.equals("FP8_PER_CHANNEL_PER_TOKEN")
                ? new CodeScales.Largest(0, codes.most(), false)
                : new CodeScales.Stored(parts.number(ActivationScheme.SCALE), null);
    return Optional.of(new InputCodes(codes, scales));
  }

  private static Matrix nvfp4(Parts parts, int rows, int columns) {
    RawTensor codes =
        parts.require(
            ".weight", List.of("U8"), List.of(Parts.shape(rows, Math.ceilDiv(columns, 2))));
    RawTensor scales =
        parts.require(
            ".weight_scale",
            List.of("F8_E4M3"),
            List.of(Parts.shape(rows, Math.ceilDiv(columns, 16))));
    RawTensor second =
        parts.require(".weight_scale_2", List.of("F32"), List.of(Parts.shape(), Parts.shape(1)));
    Scaled format =
        new Scaled(
            ScaledCodes.E2M1,
            new Scaled.Scales(ScaleType.E4M3, 1, 16),
            Second.MULTIPLIES,
            Zeros.NONE,
            ElementType.FLOAT32);
    return parts.matrix(format, rows, columns, List.of(codes, scales, second));
  }

  private static Matrix fp8(Parts parts, int rows, int columns) {
    RawTensor codes =
        parts.require(".weight", List.of("F8_E4M3"), List.of(Parts.shape(rows, columns)));
    RawTensor scales = parts.require(".weight_scale", Types.FLOATS);
    Scaled format =
        new Scaled(
            ScaledCodes.E4M3,
            ScaledCodes.blocks(parts, scales, Types.scale(scales.type()), rows, columns, 0, 0),
            Second.NONE,
            Zeros.NONE,
            ElementType.FLOAT32);
    return parts.matrix(format, rows, columns, List.of(codes, scales));
  }
}
