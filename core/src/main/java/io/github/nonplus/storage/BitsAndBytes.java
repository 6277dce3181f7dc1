package io.github.nonplus.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.files.StrictJson;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.codes.ScaleType;
import io.github.nonplus.weights.codes.Scaled;
import io.github.nonplus.weights.codes.Scaled.Second;
import io.github.nonplus.weights.codes.Scaled.Zeros;
import io.github.nonplus.weights.codes.TableBlocks;
import io.github.nonplus.weights.safetensors.RawTensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// bitsandbytes as transformers serializes it: four bits into a table (nf4, fp4), whose scales may
/// be quantized once more, and eight bits with a scale for each row (`SCB`).
record BitsAndBytes(String name, List<String> notApplied, Decoding decoding) implements Storage {
  private static final List<String> STATES =
      List.of(".weight.quant_state.bitsandbytes__nf4", ".weight.quant_state.bitsandbytes__fp4");
  private static final int LONGEST_STATE = 4096;
  private static final ObjectMapper JSON = StrictJson.mapper();

  /// What eight bits are divided by, as the library multiplies it.
  private static final MemorySegment PER_127 = MemorySegment.ofArray(new float[] {1 / 127f});

  static Storage read(Declaration declared) {
    declared.require("quant_method", Set.of("bitsandbytes"));
    ConfigReader config = declared.config();
    boolean four = config.booleanOr("load_in_4bit", config.booleanOr("_load_in_4bit", false));
    boolean eight = config.booleanOr("load_in_8bit", config.booleanOr("_load_in_8bit", false));
    declared.require("bnb_4bit_quant_type", Set.of("nf4", "fp4"));
    declared.require("llm_int8_has_fp16_weight", Set.of("false"));
    if (four == eight) {
      throw declared.failure("one of load_in_4bit and load_in_8bit must be true");
    }
    String type = config.stringOr("bnb_4bit_quant_type", "fp4");
    boolean twice = config.booleanOr("bnb_4bit_use_double_quant", false);
    declared.refuseUnknown(
        Set.of(
            "_load_in_4bit",
            "_load_in_8bit",
            "bnb_4bit_compute_dtype",
            "bnb_4bit_quant_storage",
            "llm_int8_enable_fp32_cpu_offload",
            "llm_int8_skip_modules",
            "llm_int8_threshold"));
    return four
        ? new BitsAndBytes(
            "bitsandbytes-" + type + (twice ? "-double" : ""), List.of(), declared.decoding())
        : new BitsAndBytes(
            "bitsandbytes-int8",
            List.of("activations as int8, but for outliers"),
            declared.decoding());
  }

  static Storage silent(Decoding decoding) {
    return new BitsAndBytes("bitsandbytes", List.of(), decoding);
  }

  @Override
  public Map<String, String> endings() {
    return Map.of(
        ".weight.absmax",
        ".weight",
        ".weight.quant_map",
        ".weight",
        ".weight.nested_absmax",
        ".weight",
        ".weight.nested_quant_map",
        ".weight",
        STATES.get(0),
        ".weight",
        STATES.get(1),
        ".weight",
        ".SCB",
        ".weight",
        ".weight_format",
        ".weight");
  }

  @Override
  public Optional<Matrix> find(Parts parts, int rows, int columns) {
    if (parts.has(".SCB")) {
      return Optional.of(eightBits(parts, rows, columns));
    }
    return STATES.stream()
        .filter(parts::has)
        .findFirst()
        .map(state -> fourBits(parts, parts.require(state, List.of("U8")), rows, columns));
  }

  @Override
  public Optional<InputCodes> inputs(Parts parts) {
    if (!parts.has(".SCB")) {
      return Optional.empty();
    }
    throw parts.notComputed("outliers, which depend on what else is in a batch");
  }

  private static Matrix eightBits(Parts parts, int rows, int columns) {
    RawTensor codes = parts.require(".weight", List.of("I8"), List.of(Parts.shape(rows, columns)));
    RawTensor scales = parts.require(".SCB", List.of("F32"), List.of(Parts.shape(rows)));
    Optional<RawTensor> order = parts.find(".weight_format");
    if (order.isPresent()
        && (order.get().data().byteSize() != 1 || Numbers.whole(order.get())[0] != 0)) {
      throw parts.failure(order.get(), "is not 0", "0, rows as they are");
    }
    Scaled format =
        new Scaled(
            ScaledCodes.INT8,
            new Scaled.Scales(ScaleType.FLOAT32, 1, 0),
            Second.MULTIPLIES,
            Zeros.NONE,
            ElementType.FLOAT32);
    return parts.matrixOf(format, rows, columns, List.of(codes.data(), scales.data(), PER_127));
  }

  private Matrix fourBits(Parts parts, RawTensor tensor, int rows, int columns) {
    ObjectNode state = state(parts, tensor);
    List<Integer> shape = state.path("shape").valueStream().map(JsonNode::asInt).toList();
    if (!shape.equals(List.of(rows, columns))) {
      throw parts.failure(
          tensor, "says shape " + shape, "[%d, %d] as config.json says".formatted(rows, columns));
    }
    int block = number(parts, tensor, state, "blocksize");
    boolean twice = state.has("nested_offset");
    int nested = twice ? number(parts, tensor, state, "nested_blocksize") : 0;
    ElementType type = Declaration.type(Optional.of(state.path("dtype").asText()));
    List<MemorySegment> planes = new ArrayList<>();
    planes.add(parts.require(".weight").data());
    planes.add(parts.require(".weight.absmax", List.of(twice ? "U8" : "F32")).data());
    planes.add(parts.require(".weight.quant_map", List.of("F32")).data());
    if (twice) {
      float offset = (float) state.path("nested_offset").asDouble();
      planes.add(parts.require(".weight.nested_absmax", List.of("F32")).data());
      planes.add(parts.require(".weight.nested_quant_map", List.of("F32")).data());
      planes.add(MemorySegment.ofArray(new float[] {offset}));
    }
    return parts.matrixOf(
        new TableBlocks(block, nested, decoding.rounding(type)), rows, columns, planes);
  }

  private static ObjectNode state(Parts parts, RawTensor tensor) {
    try {
      byte[] text =
          tensor
              .data()
              .asSlice(0, Math.min(LONGEST_STATE, tensor.data().byteSize()))
              .toArray(ValueLayout.JAVA_BYTE);
      if (JSON.readTree(new String(text, StandardCharsets.UTF_8)) instanceof ObjectNode state) {
        return state;
      }
    } catch (JsonProcessingException malformed) {
      // Said below, as of what is no object.
    }
    throw parts.failure(tensor, "is no JSON object", "one with blocksize, dtype and shape");
  }

  private static int number(Parts parts, RawTensor tensor, ObjectNode state, String key) {
    JsonNode value = state.path(key);
    if (!value.canConvertToInt() || value.asInt() < 1) {
      throw parts.failure(tensor, "says %s %s".formatted(key, value), "a number from 1 on");
    }
    return value.asInt();
  }
}
