package io.github.nonplus.storage;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.weights.ElementType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/// The storages that there are.
public final class Storages {
  /// Where transformers, older compressed-tensors and MLX say how a model is quantized.
  public static final List<String> KEYS =
      List.of("quantization_config", "compression_config", "quantization");

  private static final Map<String, Function<Declaration, Storage>> METHODS =
      Map.ofEntries(
          Map.entry("gptq", GptqStorage::read),
          Map.entry("awq", AwqStorage::read),
          Map.entry("auto-round", AutoRound::read),
          Map.entry("intel/auto-round", AutoRound::read),
          Map.entry("compressed-tensors", CompressedTensors::read),
          Map.entry("fp8", Float8::read),
          Map.entry("modelopt", ModelOpt::read),
          Map.entry("modelopt_fp4", ModelOpt::read),
          Map.entry("torchao", TorchAo::read),
          Map.entry("mxfp4", Mxfp4::read),
          Map.entry("bitsandbytes", BitsAndBytes::read),
          Map.entry("hqq", HqqStorage::read));

  /// A storage that a checkpoint has whose configuration says nothing, told by a tensor's ending.
  private record Sign(String ending, BiFunction<ElementType, Decoding, Storage> storage) {}

  private static final List<Sign> SIGNS =
      List.of(
          new Sign(".weight_scale_inv", (_, _) -> Float8.silent()),
          new Sign(".weight_packed", CompressedTensors::silent),
          new Sign(".weight.quant_map", (_, decoding) -> BitsAndBytes.silent(decoding)),
          new Sign(".SCB", (_, decoding) -> BitsAndBytes.silent(decoding)),
          new Sign(".W_q", (_, decoding) -> HqqStorage.silent(decoding)),
          new Sign("_blocks", (_, _) -> Mxfp4.silent()),
          new Sign(".biases", (_, decoding) -> Mlx.silent(decoding)));

  private Storages() {}

  /// The names that `quant_method` may have.
  public static Set<String> methods() {
    return METHODS.keySet();
  }

  /// Whether a configuration says that its weights are quantized already.
  public static boolean isDeclared(ConfigReader config) {
    return KEYS.stream().anyMatch(config::isSet);
  }

  /// What a configuration says; empty if it says nothing. A method that is not known, and a setting
  /// that nobody reads, is a [io.github.nonplus.failure.ModelException].
  public static Optional<Storage> of(ConfigReader config, Decoding decoding) {
    ElementType type = type(config);
    Optional<ConfigReader> found =
        KEYS.stream().filter(config::isSet).findFirst().flatMap(config::findFilledObject);
    KEYS.forEach(config::find); // MLX says the same twice
    return found.map(each -> of(new Declaration(each, type, decoding)));
  }

  /// What a file beside the configuration says, as older tools wrote it.
  ///
  /// @param method whose file it is
  public static Storage of(
      ConfigReader config, String method, ConfigReader beside, Decoding decoding) {
    return METHODS.get(method).apply(new Declaration(beside, type(config), decoding));
  }

  private static ElementType type(ConfigReader config) {
    return Declaration.type(
        Optional.of(config.stringOr("dtype", config.stringOr("torch_dtype", ""))));
  }

  private static Storage of(Declaration declared) {
    ConfigReader config = declared.config();
    if (!config.isSet("quant_method") && config.isSet("bits") && config.isSet("group_size")) {
      return Mlx.read(declared);
    }
    String method =
        config.isSet("quant_method") || !config.isSet("quant_algo")
            ? config.stringOr("quant_method", "")
            : "modelopt";
    Function<Declaration, Storage> reader = METHODS.get(method);
    if (method.isEmpty()) {
      throw config.failure("quant_method is missing: nothing says how the weights are quantized");
    }
    if (reader == null) {
      throw config.failure(
          "quant_method is '%s', which is not read; this build reads %s, and MLX's"
              .formatted(method, String.join(", ", METHODS.keySet().stream().sorted().toList())));
    }
    return reader.apply(declared);
  }

  /// What the tensors of a checkpoint say whose configuration says nothing; empty if nothing is
  /// quantized.
  public static Optional<Storage> ofTensors(
      List<String> names, ConfigReader config, Decoding decoding) {
    for (Sign sign : SIGNS) {
      Predicate<String> isOne = name -> name.endsWith(sign.ending());
      if (names.stream().anyMatch(isOne)) {
        return Optional.of(sign.storage().apply(type(config), decoding));
      }
    }
    return Optional.empty();
  }
}
