package io.github.nonplus.storage;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.program.op.CodeNumbers;
import io.github.nonplus.program.op.CodeScales;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.codes.Scaled;
import io.github.nonplus.weights.codes.Scaled.Second;
import io.github.nonplus.weights.codes.Scaled.Zeros;
import io.github.nonplus.weights.safetensors.RawTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// torchao's int8 and float8, of which each tensor is saved in parts: `_weight_qdata`,
/// `_weight_scale`, `_weight_zero_point`.
///
/// @param settings of the configuration
record TorchAo(
    String name,
    JsonNode settings,
    List<String> notApplied,
    ElementType modelType,
    Decoding decoding)
    implements Storage {
  private static final String INT8 = "torchao-int8-dynamic";
  private static final String FLOAT8 = "torchao-float8-dynamic";

  private static final Map<String, String> NAMES =
      Map.of(
          "Int8WeightOnlyConfig",
          "torchao-int8",
          "Float8WeightOnlyConfig",
          "torchao-float8",
          "Int8DynamicActivationInt8WeightConfig",
          INT8,
          "Float8DynamicActivationFloat8WeightConfig",
          FLOAT8);

  static Storage read(Declaration declared) {
    declared.require("quant_method", Set.of("torchao"));
    ConfigReader types =
        declared
            .config()
            .findFilledObject("quant_type")
            .orElseThrow(
                () ->
                    declared.failure(
                        "quant_type is %s, expected an object; save the checkpoint with a newer torchao"
                            .formatted(declared.config().shown("quant_type"))));
    Optional<ConfigReader> whole = types.findFilledObject("default");
    String type = whole.map(each -> each.stringOr("_type", "")).orElse("");
    if (!NAMES.containsKey(type)) {
      throw declared.failure(
          "quant_type is %s, which is not read; expected %s"
              .formatted(
                  type.isEmpty() ? declared.config().shown("quant_type") : "'" + type + "'",
                  String.join(", ", NAMES.keySet().stream().sorted().toList())));
    }
    types.refuseUnknown(Set.of());
    declared.refuseUnknown(
        Set.of(
            "modules_to_not_convert",
            "include_input_output_embeddings",
            "untie_embedding_weights",
            "quant_type_kwargs"));
    List<String> rest =
        type.contains("Dynamic")
            ? List.of(
                "activations as %s, scales that follow from them"
                    .formatted(type.startsWith("Int8") ? "int8" : "float8"))
            : List.of();
    JsonNode settings = whole.get().json().path("_data");
    return new TorchAo(NAMES.get(type), settings, rest, declared.modelType(), declared.decoding());
  }

  /// Scales of a token, as the settings may say.
  @Override
  public Optional<InputCodes> inputs(Parts parts) {
    if (notApplied.isEmpty() || !parts.has("._weight_qdata")) {
      return Optional.empty();
    }
    JsonNode both = settings.path("granularity");
    String granularity = (both.isArray() ? both.path(0) : both).path("_type").asText("");
    if (!granularity.equals("PerRow")) {
      throw parts.notComputed(
          granularity.isEmpty()
              ? "scales of which is not said what they are for"
              : "scales " + granularity + ", which depend on what else is in a batch");
    }
    require(parts, "reduce_range", "false");
    require(parts, "activation_value_lb", "null");
    require(parts, "activation_value_ub", "null");
    if (name.equals(FLOAT8)) {
      require(parts, "activation_dtype", "float8_e4m3fn");
      CodeNumbers codes = CodeNumbers.E4M3;
      return Optional.of(new InputCodes(codes, new CodeScales.Largest(0, codes.most(), false)));
    }
    require(parts, "act_mapping_type", "SYMMETRIC");
    return Optional.of(new InputCodes(CodeNumbers.INT8, new CodeScales.Largest(0, 127.5, false)));
  }

  /// Refuses another value of a setting than the one that is computed, where it is there.
  private void require(Parts parts, String key, String expected) {
    JsonNode value = settings.path(key);
    String found = (value.has("_data") ? value.path("_data") : value).asText("null");
    if (!value.isMissingNode() && !found.equals(expected)) {
      throw parts.notComputed("%s %s".formatted(key, found));
    }
  }

  @Override
  public Map<String, String> endings() {
    return Map.of(
        "._weight_qdata", ".weight",
        "._weight_scale", ".weight",
        "._weight_zero_point", ".weight");
  }

  @Override
  public Optional<Matrix> find(Parts parts, int rows, int columns) {
    if (!parts.has("._weight_qdata")) {
      return Optional.empty();
    }
    RawTensor codes =
        parts.require(
            "._weight_qdata", List.of("I8", "F8_E4M3"), List.of(Parts.shape(rows, columns)));
    RawTensor scales = parts.require("._weight_scale", Types.FLOATS);
    boolean whole = codes.type().equals("I8");
    List<RawTensor> planes = new ArrayList<>(List.of(codes, scales));
    boolean shifted = whole && parts.has("._weight_zero_point");
    if (shifted) {
      planes.add(parts.require("._weight_zero_point", List.of("I8"), List.of(scales.shape())));
    }
    int group =
        scales.shape().size() == 2 && scales.shape().get(1) > 1
            ? ScaledCodes.group(parts, scales, rows, columns)
            : 0;
    Scaled.Scales blocks =
        group > 0
            ? new Scaled.Scales(Types.scale(scales.type()), 1, group)
            : ScaledCodes.blocks(parts, scales, Types.scale(scales.type()), rows, columns, 0, 0);
    Scaled format =
        new Scaled(
            whole ? ScaledCodes.INT8 : ScaledCodes.E4M3,
            blocks,
            Second.NONE,
            shifted ? Zeros.BYTES : Zeros.NONE,
            decoding.rounding(modelType));
    return Optional.of(parts.matrix(format, rows, columns, planes));
  }
}
