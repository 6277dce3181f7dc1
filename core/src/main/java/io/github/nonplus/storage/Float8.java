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

/// FP8 as DeepSeek published it: `weight_scale_inv`, which multiplies in spite of its name, for
/// each block of rows and columns, of which the last may be partial. Also FP8 with one
/// `weight_scale` for all, as AutoFP8 wrote it.
///
/// @param blockRows 0 where there are no blocks
/// @param dynamic whether the scales of activations follow from them
/// @param powers whether they are powers of two
record Float8(
    String name,
    int blockRows,
    int blockColumns,
    boolean dynamic,
    boolean powers,
    List<String> notApplied)
    implements Storage {
  private static final List<String> INPUT_SCALES = List.of(".input_scale", ".activation_scale");

  private static final List<String> SCALES = List.of(".weight_scale_inv", ".weight_scale");

  static Storage read(Declaration declared) {
    declared.require("quant_method", Set.of("fp8"));
    declared.require("fmt", Set.of("e4m3"));
    declared.require("activation_scheme", Set.of("dynamic", "static"));
    declared.require("scale_fmt", Set.of("float", "ue8m0"));
    declared.require("weight_dtype", Set.of("e4m3"));
    String activations = declared.config().stringOr("activation_scheme", "dynamic");
    List<Double> block =
        declared.config().isSet("weight_block_size")
            ? declared.config().numbers("weight_block_size")
            : List.of(0.0, 0.0);
    if (block.size() != 2 || block.stream().anyMatch(each -> each < 0 || each > 1 << 20)) {
      throw declared.failure(
          "weight_block_size is %s, expected rows and columns"
              .formatted(declared.config().shown("weight_block_size")));
    }
    declared.refuseUnknown(Set.of("modules_to_not_convert", "ignored_layers", "dequantize"));
    return new Float8(
        "fp8",
        block.get(0).intValue(),
        block.get(1).intValue(),
        activations.equals("dynamic"),
        declared.config().stringOr("scale_fmt", "float").equals("ue8m0"),
        List.of("activations as float8, %s scales".formatted(activations)));
  }

  /// Where the configuration says nothing: blocks of 128 by 128, as all have them.
  static Storage silent() {
    return new Float8("fp8", 128, 128, true, false, List.of());
  }

  @Override
  public Map<String, String> endings() {
    return Map.of(
        ".weight_scale_inv", ".weight",
        ".weight_scale", ".weight",
        ".input_scale", ".weight",
        ".activation_scale", ".weight");
  }

  @Override
  public List<String> unused() {
    return List.of(".k_scale", ".v_scale", ".q_scale", ".output_scale");
  }

  @Override
  public Optional<Matrix> find(Parts parts, int rows, int columns) {
    return SCALES.stream()
        .filter(parts::has)
        .findFirst()
        .map(ending -> matrix(parts, ending, rows, columns));
  }

  /// As DeepSeek published it: a scale for as many inputs as a block has, so that the largest is
  /// 448.
  @Override
  public Optional<InputCodes> inputs(Parts parts) {
    if (notApplied.isEmpty() || SCALES.stream().noneMatch(parts::has)) {
      return Optional.empty();
    }
    if (dynamic && blockColumns == 0) {
      throw parts.notComputed("dynamic scales without blocks, for whom the file does not say");
    }
    CodeNumbers codes = CodeNumbers.E4M3;
    return Optional.of(
        new InputCodes(
            codes,
            dynamic
                ? new CodeScales.Largest(blockColumns, codes.most(), powers)
                : new CodeScales.Stored(
                    parts.number(
                        INPUT_SCALES.stream()
                            .filter(parts::has)
                            .findFirst()
                            .orElse(INPUT_SCALES.getFirst())),
                    null)));
  }

  private Matrix matrix(Parts parts, String ending, int rows, int columns) {
    RawTensor codes =
        parts.require(".weight", List.of("F8_E4M3"), List.of(Parts.shape(rows, columns)));
    RawTensor scales = parts.require(ending, List.of("F32", "BF16", "F16", "F8_E8M0"));
    ScaleType type = scales.type().equals("F8_E8M0") ? ScaleType.E8M0 : Types.scale(scales.type());
    Scaled.Scales blocks =
        ScaledCodes.blocks(parts, scales, type, rows, columns, blockRows, blockColumns);
    Scaled format =
        new Scaled(ScaledCodes.E4M3, blocks, Second.NONE, Zeros.NONE, ElementType.FLOAT32);
    return parts.matrix(format, rows, columns, List.of(codes, scales));
  }
}
