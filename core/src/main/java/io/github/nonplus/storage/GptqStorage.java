package io.github.nonplus.storage;

import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.codes.Gptq;
import io.github.nonplus.weights.safetensors.RawTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// GPTQ, as AutoGPTQ, GPTQModel and AutoRound write it: words down the inputs, and the group of
/// each input where they are not in order. Bits and groups of a matrix follow from its shapes, so
/// layers with settings of their own need no list.
///
/// @param bits of all matrices, or 0 if they may differ
/// @param group inputs of a group, 0 for all
/// @param above what is added to a stored zero point
record GptqStorage(String name, int bits, int group, int above, Decoding decoding)
    implements Storage {
  private static final Set<String> HARMLESS =
      Set.of(
          "desc_act",
          "sym",
          "lm_head",
          "true_sequential",
          "static_groups",
          "damp_percent",
          "damp_auto_increment",
          "mse",
          "meta",
          "quantizer",
          "model_seqlen",
          "dataset",
          "tokenizer",
          "block_name_to_quantize",
          "module_name_preceding_first_block",
          "batch_size",
          "pad_token_id",
          "use_cuda_fp16",
          "use_exllama",
          "disable_exllama",
          "exllama_config",
          "max_input_length",
          "cache_block_outputs",
          "modules_in_block_to_quantize",
          "model_name_or_path",
          "model_file_base_name",
          "version",
          "offload_to_disk",
          "backend",
          "act_group_aware",
          "hyb_act",
          "rotation_path",
          "adapter_path",
          "modules_to_not_convert",
          "to_quant_block_names",
          "provider",
          "autoround_version",
          "enable_quanted_input",
          "iters",
          "nsamples",
          "seqlen",
          "scale_dtype",
          "low_gpu_mem_usage",
          "lr",
          "minmax_lr",
          "enable_minmax_tuning",
          "amp",
          "gradient_accumulate_steps",
          "model_free",
          "extra_config",
          "super_bits",
          "super_group_size",
          "supported_types",
          "quant_block_list",
          "act_bits");

  static Storage read(Declaration declared) {
    declared.require("quant_method", Set.of("gptq"));
    declared.require("pack_dtype", Set.of("int32"));
    declared.require("is_marlin_format", Set.of("false"));
    declared.require("data_type", Set.of("int"));
    declared.require("rotation", Set.of("false"));
    declared.require("adapter", Set.of());
    declared.require("act_bits", Set.of("16", "32"));
    declared.require("checkpoint_format", Set.of("gptq", "gptq_v2"));
    declared.require("format", Set.of("gptq", "gptq_v2"));
    String format =
        declared
            .config()
            .stringOr("checkpoint_format", declared.config().stringOr("format", "gptq"));
    boolean mixed = declared.config().isSet("dynamic") || declared.config().isSet("extra_config");
    Storage storage = of("gptq", declared, mixed, format.equals("gptq") ? 1 : 0);
    declared.refuseUnknown(HARMLESS);
    return storage;
  }

  /// @param mixed whether layers may have settings of their own
  static GptqStorage of(String method, Declaration declared, boolean mixed, int above) {
    int bits = declared.config().requiredInt("bits", 1);
    int group = declared.group("group_size");
    String name = "%s-%dbit%s".formatted(method, bits, group == 0 ? "" : "-g" + group);
    return new GptqStorage(name, mixed ? 0 : bits, group, above, declared.decoding());
  }

  @Override
  public Map<String, String> endings() {
    return Map.of(
        ".qweight", ".weight", ".qzeros", ".weight", ".scales", ".weight", ".g_idx", ".weight");
  }

  @Override
  public Optional<Matrix> find(Parts parts, int rows, int columns) {
    if (!parts.has(".qweight")) {
      return Optional.empty();
    }
    RawTensor words = parts.require(".qweight", Types.WORDS);
    RawTensor scales = parts.require(".scales", Types.FLOATS);
    int its = bits(parts, words, rows, columns);
    int group = group(parts, scales, rows, columns);
    long groups = group == 0 ? 1 : Math.ceilDiv(columns, group);
    List<RawTensor> planes = new ArrayList<>();
    planes.add(words);
    planes.add(
        parts.require(
            ".qzeros",
            Types.WORDS,
            List.of(Parts.shape(groups, Math.ceilDiv((long) rows * its, 32L)))));
    planes.add(scales);
    Optional<RawTensor> index = parts.find(".g_idx");
    if (index.isPresent()) {
      planes.add(parts.require(".g_idx", Types.WORDS, List.of(Parts.shape(columns))));
    }
    var format =
        new Gptq(
            its,
            group,
            index.isPresent(),
            above,
            Types.floating(scales.type()),
            decoding.rounding(Types.floating(scales.type())));
    return Optional.of(parts.matrix(format, rows, columns, planes));
  }

  /// Bits of a code, by the words of an output.
  private int bits(Parts parts, RawTensor words, int rows, int columns) {
    List<Integer> candidates = bits == 0 ? List.of(2, 3, 4, 8) : List.of(bits);
    for (int candidate : candidates) {
      if (words.shape().equals(Parts.shape(wordsOf(columns, candidate), rows))) {
        return candidate;
      }
    }
    throw parts.failure(
        words,
        "has shape " + words.shape(),
        "%s for %d x %d weights of %s bits"
            .formatted(
                Parts.shape(wordsOf(columns, candidates.getLast()), rows),
                rows,
                columns,
                bits == 0 ? "2, 3, 4 or 8" : bits));
  }

  private static long wordsOf(int columns, int bits) {
    return Math.ceilDiv((long) columns * bits, 32L);
  }

  /// Inputs of a group: those of the configuration, or, where layers have settings of their own,
  /// those that the scales have.
  private int group(Parts parts, RawTensor scales, int rows, int columns) {
    long expected = group == 0 ? 1 : Math.ceilDiv(columns, group);
    if (scales.shape().equals(Parts.shape(expected, rows))) {
      return group;
    }
    if (bits == 0
        && scales.shape().size() == 2
        && scales.shape().get(1) == rows
        && scales.shape().get(0) > 0
        && columns % scales.shape().get(0) == 0) {
      return Math.toIntExact(columns / scales.shape().get(0));
    }
    throw parts.failure(
        scales, "has shape " + scales.shape(), Parts.shape(expected, rows).toString());
  }
}
