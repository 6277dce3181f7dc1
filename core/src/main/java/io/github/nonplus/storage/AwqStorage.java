package io.github.nonplus.storage;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.codes.Awq;
import io.github.nonplus.weights.safetensors.RawTensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// AWQ in its order for matrix products (`gemm`), as AutoAWQ and AutoRound write it.
record AwqStorage(String name, int group, Decoding decoding) implements Storage {
  private static final Set<String> HARMLESS =
      Set.of(
          "modules_to_not_convert",
          "backend",
          "do_fuse",
          "fuse_max_seq_len",
          "modules_to_fuse",
          "exllama_config",
          "sym",
          "to_quant_block_names",
          "provider",
          "autoround_version",
          "enable_quanted_input",
          "iters",
          "lm_head",
          "model_free",
          "block_name_to_quantize",
          "nsamples",
          "seqlen",
          "scale_dtype");

  static Storage read(Declaration declared) {
    declared.require("quant_method", Set.of("awq"));
    declared.require("bits", Set.of("4"));
    declared.require("w_bit", Set.of("4"));
    declared.require("version", Set.of("gemm", "GEMM"));
    declared.require("format", Set.of("gemm", "GEMM"));
    declared.require("zero_point", Set.of("true"));
    declared.require("data_type", Set.of("int"));
    int group =
        declared.group(declared.config().isSet("q_group_size") ? "q_group_size" : "group_size");
    declared.refuseUnknown(HARMLESS);
    return of("awq", group, declared.decoding());
  }

  static AwqStorage of(String method, int group, Decoding decoding) {
    return new AwqStorage(method + "-4bit" + (group == 0 ? "" : "-g" + group), group, decoding);
  }

  @Override
  public Map<String, String> endings() {
    return Map.of(".qweight", ".weight", ".qzeros", ".weight", ".scales", ".weight");
  }

  @Override
  public Optional<Matrix> find(Parts parts, int rows, int columns) {
    if (!parts.has(".qweight")) {
      return Optional.empty();
    }
    long groups = group == 0 ? 1 : Math.ceilDiv(columns, group);
    long words = Math.ceilDiv(rows, 8);
    RawTensor scales = parts.require(".scales", Types.FLOATS, List.of(Parts.shape(groups, rows)));
    ElementType type = Types.floating(scales.type());
    return Optional.of(
        parts.matrix(
            new Awq(group, type, decoding.rounding(type)),
            rows,
            columns,
            List.of(
                parts.require(".qweight", Types.WORDS, List.of(Parts.shape(columns, words))),
                parts.require(".qzeros", Types.WORDS, List.of(Parts.shape(groups, words))),
                scales)));
  }
}
