package io.github.nonplus.storage;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.codes.Hqq;
import io.github.nonplus.weights.safetensors.RawTensor;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// HQQ: `W_q`, `scale`, `zero`, and beside them everything that says how they were made, a tensor
/// each, texts as bytes.
record HqqStorage(String name, Decoding decoding) implements Storage {
  private static final Map<String, Integer> BITS =
      Map.of("8bit_u8", 8, "4bit_u8", 4, "3bit_32", 3, "2bit_u8", 2, "1bit_u8", 1);

  /// What must be 0: scales that are quantized themselves, codes in another disguise.
  private static final List<String> ABSENT =
      List.of(".quant_scale", ".quant_zero", ".view_as_float");

  private static final List<String> TOLD =
      List.of(
          ".shape",
          ".axis",
          ".nbits",
          ".group_size",
          ".packing",
          ".compute_dtype",
          ".unpack_view_dtype",
          ".view_as_float",
          ".quant_scale",
          ".quant_zero",
          ".encoded_state_dict",
          ".stores_quant_config",
          ".channel_wise",
          ".offload_meta",
          ".optimize",
          ".round_zero");

  static Storage read(Declaration declared) {
    declared.require("quant_method", Set.of("hqq"));
    Optional<ConfigReader> settings = declared.config().findFilledObject("quant_config");
    Optional<ConfigReader> weights =
        settings.flatMap(each -> each.findFilledObject("weight_quant_params"));
    for (String key : List.of("scale_quant_params", "zero_quant_params")) {
      if (settings.filter(each -> each.isSet(key)).isPresent()) {
        throw declared.failure(key + " is set: scales that are quantized themselves are not read");
      }
    }
    declared.refuseUnknown(Set.of("skip_modules"));
    String name =
        weights
            .map(
                each ->
                    "hqq-%dbit-g%d"
                        .formatted(each.intOr("nbits", 1, 4), each.intOr("group_size", 1, 64)))
            .orElse("hqq");
    return new HqqStorage(name, declared.decoding());
  }

  static Storage silent(Decoding decoding) {
    return new HqqStorage("hqq", decoding);
  }

  @Override
  public Map<String, String> endings() {
    Map<String, String> endings = new TreeMap<>();
    endings.put(".W_q", ".weight");
    endings.put(".scale", ".weight");
    endings.put(".zero", ".weight");
    TOLD.forEach(each -> endings.put(each, ".weight"));
    return endings;
  }

  @Override
  public Optional<Matrix> find(Parts parts, int rows, int columns) {
    if (!parts.has(".W_q")) {
      return Optional.empty();
    }
    for (String ending : ABSENT) {
      if (parts.has(ending) && number(parts, ending) != 0) {
        throw parts.failure(parts.require(ending), "is not 0", "0; other forms are not read");
      }
    }
    long[] shape = Numbers.whole(parts.require(".shape", List.of("I64", "I32")));
    if (shape.length != 2 || shape[0] != rows || shape[1] != columns) {
      throw parts.failure(
          parts.require(".shape"),
          "says " + java.util.Arrays.toString(shape),
          "[%d, %d] as config.json says".formatted(rows, columns));
    }
    String packing = text(parts, ".packing");
    if (!BITS.containsKey(packing)) {
      throw parts.failure(
          parts.require(".packing"),
          "is another packing",
          String.join(" or ", BITS.keySet().stream().sorted().toList()));
    }
    int bits = BITS.get(packing);
    long group = number(parts, ".group_size");
    long axis = number(parts, ".axis");
    if (group < 1 || group > Integer.MAX_VALUE || axis < 0 || axis > 1) {
      throw parts.failure("says group_size %d and axis %d, which are none".formatted(group, axis));
    }
    RawTensor codes = parts.require(".W_q", List.of(bits == 3 ? "I32" : "U8"));
    RawTensor scales = parts.require(".scale", Types.FLOATS);
    RawTensor zeros = parts.require(".zero", List.of(scales.type()), List.of(scales.shape()));
    ElementType type = Types.floating(scales.type());
    return Optional.of(
        parts.matrix(
            new Hqq(bits, (int) group, axis == 0, type, decoding.rounding(type)),
            rows,
            columns,
            List.of(codes, scales, zeros)));
  }

  private static long number(Parts parts, String ending) {
    RawTensor tensor = parts.require(ending, List.of("I32", "I64", "U8", "BOOL"));
    long[] numbers = Numbers.whole(tensor);
    if (numbers.length != 1) {
      throw parts.failure(tensor, "has shape " + tensor.shape(), "one number");
    }
    return numbers[0];
  }

  private static String text(Parts parts, String ending) {
    RawTensor tensor = parts.require(ending, List.of("U8"));
    byte[] bytes =
        tensor
            .data()
            .asSlice(0, Math.min(64, tensor.data().byteSize()))
            .toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
