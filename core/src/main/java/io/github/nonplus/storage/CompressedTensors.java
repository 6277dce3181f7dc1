package io.github.nonplus.storage;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.codes.CodeType;
import io.github.nonplus.weights.codes.ScaleType;
import io.github.nonplus.weights.codes.Scaled;
import io.github.nonplus.weights.codes.Scaled.Second;
import io.github.nonplus.weights.codes.Scaled.Zeros;
import io.github.nonplus.weights.safetensors.RawTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// compressed-tensors: packed integers, integers of a byte, FP8, NVFP4, MXFP4 and MXFP8. How a
/// matrix is stored its tensors say; a group of the configuration must say the same.
///
/// @param modelType in which NVFP4 is decoded by the library
record CompressedTensors(
    String name, CompressedGroups groups, ElementType modelType, Decoding decoding)
    implements Storage {
  static Storage read(Declaration declared) {
    declared.require("quant_method", Set.of("compressed-tensors"));
    declared.require("format", CompressedGroups.FORMATS);
    declared.require("quantization_status", Set.of("compressed"));
    ConfigReader config = declared.config();
    refuse(config, "sparsity_config", "dense");
    refuse(config, "transform_config", "");
    refuse(config, "moe_sparsity_config", "");
    CompressedGroups groups = CompressedGroups.read(config);
    String name = "compressed-tensors-" + config.stringOr("format", "mixed");
    declared.refuseUnknown(
        Set.of("ignore", "global_compression_ratio", "version", "run_compressed"));
    return new CompressedTensors(name, groups, declared.modelType(), declared.decoding());
  }

  private static void refuse(ConfigReader config, String key, String harmlessFormat) {
    Optional<ConfigReader> found = config.findFilledObject(key);
    if (found.isPresent()
        && !found
            .get()
            .stringOr("format", "")
            .equals(harmlessFormat.isEmpty() ? "-" : harmlessFormat)) {
      throw config.failure("%s is %s, which is not read".formatted(key, config.shown(key)));
    }
  }

  /// Where the configuration says nothing.
  static Storage silent(ElementType modelType, Decoding decoding) {
    return new CompressedTensors("compressed-tensors", CompressedGroups.NONE, modelType, decoding);
  }

  @Override
  public Map<String, String> endings() {
    return Map.of(
        ".weight_packed", ".weight",
        ".weight_scale", ".weight",
        ".weight_zero_point", ".weight",
        ".weight_shape", ".weight",
        ".weight_global_scale", ".weight",
        ".input_scale", ".weight",
        ".input_zero_point", ".weight",
        ".input_global_scale", ".weight");
  }

  @Override
  public List<String> unused() {
    return List.of(".k_scale", ".v_scale", ".q_scale", ".output_scale");
  }

  @Override
  public Optional<Matrix> find(Parts parts, int rows, int columns) {
    if (parts.has(".weight_packed")) {
      RawTensor packed = parts.require(".weight_packed");
      return Optional.of(
          Types.WORDS.contains(packed.type())
              ? packedIntegers(parts, packed, rows, columns)
              : fourBits(parts, rows, columns));
    }
    return parts.has(".weight_scale") ? Optional.of(bytes(parts, rows, columns)) : Optional.empty();
  }

  @Override
  public List<String> notApplied() {
    return groups.asked();
  }

  @Override
  public List<String> beyondInputs() {
    return groups.beyond();
  }

  @Override
  public Optional<InputCodes> inputs(Parts parts) {
    return groups.inputs(parts);
  }

  private Matrix packedIntegers(Parts parts, RawTensor packed, int rows, int columns) {
    requireShape(parts, rows, columns);
    RawTensor scales = parts.require(".weight_scale", Types.FLOATS);
    int group = ScaledCodes.group(parts, scales, rows, columns);
    int bits = bits(parts, packed, rows, columns);
    boolean shifted = parts.has(".weight_zero_point");
    groups.require(parts, new WeightScheme("int", bits, !shifted, group, 0, 0));
    List<RawTensor> planes = new ArrayList<>(List.of(packed, scales));
    if (shifted) {
      long words = Math.ceilDiv((long) rows * bits, 32L);
      List<Long> shape = Parts.shape(words, group == 0 ? 1 : columns / group);
      planes.add(parts.require(".weight_zero_point", Types.WORDS, List.of(shape)));
    }
    return parts.matrix(
        new Scaled(
            new Scaled.CodeRows(CodeType.UNSIGNED, bits, 4),
            new Scaled.Scales(Types.scale(scales.type()), 1, group),
            Second.NONE,
            shifted ? Zeros.CODES_DOWN : Zeros.MIDDLE,
            decoding.rounding(Types.floating(scales.type()))),
        rows,
        columns,
        planes);
  }

  private static void requireShape(Parts parts, int rows, int columns) {
    RawTensor shape = parts.require(".weight_shape", List.of("I64", "I32"));
    int bytes = shape.type().equals("I64") ? 8 : 4;
    if (shape.data().byteSize() != 2L * bytes) {
      throw parts.failure(shape, "has shape " + shape.shape(), "two numbers");
    }
    long[] found = Numbers.whole(shape);
    if (found[0] != rows || found[1] != columns) {
      throw parts.failure(
          shape,
          "says %d x %d".formatted(found[0], found[1]),
          "%d x %d as config.json says".formatted(rows, columns));
    }
  }

  /// Codes without gaps; releases before 0.12 are said to leave some, and are not read.
  private int bits(Parts parts, RawTensor packed, int rows, int columns) {
    List<Integer> known =
        groups.all().isEmpty()
            ? List.of(4, 8, 2, 3)
            : groups.weights().map(WeightScheme::bits).toList();
    for (int bits : known) {
      if (packed.shape().equals(Parts.shape(rows, Math.ceilDiv((long) columns * bits, 32L)))) {
        return bits;
      }
    }
    throw parts.failure(
        packed,
        "has shape " + packed.shape(),
        "%d rows of %d codes of %s bits without gaps"
            .formatted(
                rows, columns, String.join(" or ", known.stream().map(String::valueOf).toList())));
  }

  private Matrix fourBits(Parts parts, int rows, int columns) {
    RawTensor packed =
        parts.require(
            ".weight_packed", List.of("U8"), List.of(Parts.shape(rows, Math.ceilDiv(columns, 2))));
    boolean second = parts.has(".weight_global_scale");
    int group = second ? 16 : 32;
    RawTensor scales =
        parts.require(
            ".weight_scale",
            List.of(second ? "F8_E4M3" : "U8"),
            List.of(Parts.shape(rows, Math.ceilDiv(columns, group))));
    groups.require(parts, new WeightScheme("float", 4, true, group, 0, 0));
    List<RawTensor> planes = new ArrayList<>(List.of(packed, scales));
    if (second) {
      planes.add(
          parts.require(
              ".weight_global_scale", List.of("F32"), List.of(Parts.shape(1), Parts.shape())));
    }
    return parts.matrix(
        new Scaled(
            ScaledCodes.E2M1,
            new Scaled.Scales(second ? ScaleType.E4M3 : ScaleType.E8M0, 1, group),
            second ? Second.DIVIDES : Second.NONE,
            Zeros.NONE,
            second ? decoding.rounding(modelType) : ElementType.FLOAT32),
        rows,
        columns,
        planes);
  }

  private Matrix bytes(Parts parts, int rows, int columns) {
    RawTensor codes =
        parts.require(".weight", List.of("I8", "F8_E4M3"), List.of(Parts.shape(rows, columns)));
    boolean whole = codes.type().equals("I8");
    RawTensor scales =
        parts.require(
            ".weight_scale", Stream.concat(Types.FLOATS.stream(), Stream.of("U8")).toList());
    boolean exponents = scales.type().equals("U8");
    ScaleType type = exponents ? ScaleType.E8M0 : Types.scale(scales.type());
    Scaled.Scales blocks = scales(parts, scales, type, rows, columns);
    boolean shifted = whole && parts.has(".weight_zero_point");
    groups.require(
        parts,
        new WeightScheme(
            whole ? "int" : "float",
            8,
            !shifted,
            blocks.rows() == 1 ? blocks.columns() : 0,
            blocks.rows() > 1 ? blocks.rows() : 0,
            blocks.rows() > 1 ? blocks.columns() : 0));
    List<RawTensor> planes = new ArrayList<>(List.of(codes, scales));
    if (shifted) {
      planes.add(parts.require(".weight_zero_point", List.of("I8"), List.of(scales.shape())));
    }
    return parts.matrix(
        new Scaled(
            whole ? ScaledCodes.INT8 : ScaledCodes.E4M3,
            blocks,
            Second.NONE,
            shifted ? Zeros.BYTES : Zeros.NONE,
            exponents ? ElementType.FLOAT32 : decoding.rounding(Types.floating(scales.type()))),
        rows,
        columns,
        planes);
  }

  private Scaled.Scales scales(
      Parts parts, RawTensor scales, ScaleType type, int rows, int columns) {
    for (WeightScheme group : groups.weights().toList()) {
      List<Long> grid =
          Parts.shape(
              Math.ceilDiv(rows, Math.max(1, group.blockRows())),
              Math.ceilDiv(columns, Math.max(1, group.blockColumns())));
      if (group.blockRows() > 0 && scales.shape().equals(grid)) {
        return new Scaled.Scales(type, group.blockRows(), group.blockColumns());
      }
    }
    return scales.shape().size() == 2 && scales.shape().get(0) == rows && scales.shape().get(1) > 1
        ? new Scaled.Scales(type, 1, ScaledCodes.group(parts, scales, rows, columns))
        : ScaledCodes.blocks(parts, scales, type, rows, columns, 0, 0);
  }
}
