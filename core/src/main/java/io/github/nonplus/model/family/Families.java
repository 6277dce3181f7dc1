package io.github.nonplus.model.family;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.HarmlessKeys;
import java.util.List;
import java.util.Optional;

/// The families that there are.
public final class Families {
  public static final List<Family> ALL =
      List.of(
          new Llama(),
          Qwen2.third(),
          Mistral.sliding("mistral"),
          Qwen2.second(),
          Gemma.second(),
          Gemma.third(),
          new Gemma4(),
          new Gemma3n(),
          new Phi3(),
          Glm.fourth(),
          Gemma.first(),
          Gemma.vault(),
          Glm.first(),
          Mistral.sliding("ministral"),
          Mistral.third(),
          Mistral.cwm(),
          Cohere.first(),
          Cohere.second(),
          new Olmo(),
          Olmo2.second(),
          Olmo2.third(),
          Olmo2.exaone(),
          new Granite(),
          new SmolLm3(),
          Variants.arcee(),
          Variants.helium(),
          Variants.ernie(),
          Variants.seed(),
          new Nemotron(),
          new Apertus(),
          new BitNet(),
          new Hunyuan(),
          new NanoChat(),
          new Phi(),
          new StableLm(),
          new StarCoder2(),
          new Persimmon(),
          new GptNeoX(),
          GptJ.plain(),
          GptJ.codeGen(),
          Gpt2.plain(),
          Gpt2.bigCode(),
          new GptNeo(),
          new Opt(),
          new Xglm(),
          new DiffLlama(),
          new Doge(),
          new Bloom(),
          new Mpt(),
          new Falcon(),
          new MiniCpm3(),
          new MiniCpm(),
          PhiMsft.plain(),
          PhiMsft.sequential(),
          Qwen35.dense(),
          Qwen35.mixture(),
          Qwen35.next(),
          Lfm2.dense(),
          Lfm2.mixture(),
          Mamba.first(),
          Mamba.second(),
          Mamba.falcon(),
          new FalconH1(),
          new NemotronH(),
          new Bamba(),
          new Zamba2(),
          new OlmoHybrid(),
          new RecurrentGemma(),
          new Rwkv(),
          new GptOss(),
          QwenMoe.third(),
          QwenMoe.second(),
          QwenMoe.vision(),
          Glm4Moe.glm(),
          DeepSeek.third(),
          DeepSeek.sparse(),
          DeepSeek.sparseGlm(),
          new LongcatFlash(),
          DeepSeek.second(),
          new Mixtral(),
          Olmoe.first(),
          Olmoe.flexible(),
          Glm4Moe.dots(),
          Glm4Moe.exaone(),
          DeepSeek.glm(),
          DeepSeek.mistral(),
          new Llama4(),
          new MiniMaxM2(),
          new PhiMoe(),
          new GraniteMoe(),
          new HunyuanMoe(),
          new ErnieMoe(),
          new Dbrx(),
          new Afmoe(),
          new JetMoe(),
          new Jamba(),
          new GraniteHybrid(),
          new KimiLinear(),
          new MiniMax());

  private Families() {}

  /// Reads a `config.json`. Sizes that no program can have are refused like keys that are not
  /// understood.
  public static FamilyModel read(ConfigReader config) {
    String type = config.stringOr("model_type", "");
    if (type.isEmpty()) {
      throw config.failure("model_type is missing; give the config.json of a Hugging Face model");
    }
    try {
      FamilyModel model = read(config, type);
      model.tensors();
      return model;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw config.failure("sizes that do not belong together: " + e.getMessage());
    }
  }

  /// A model whose configuration is another one; what was changed in its program is changed again,
  /// and its limit holds.
  public static FamilyModel reread(FamilyModel model, ObjectNode configuration) {
    String type = model.modelType();
    FamilyModel other =
        named(type, "config.json").read(new ConfigReader("config.json", configuration));
    other = other.rewritten(model.adaptation()).limitedAs(model);
    return model.whole().isPresent() ? other.asTextOf(model.whole().get()) : other;
  }

  private static FamilyModel read(ConfigReader config, String type) {
    Optional<Composite> composite = Composite.find(type);
    if (composite.isPresent()) {
      return composite.get().read(config);
    }
    FamilyModel model = named(type, config.path()).read(config);
    config.refuseUnknown(HarmlessKeys.of(type));
    return model;
  }

  /// The family of that name; `path` names the configuration in the failure.
  public static Family named(String modelType, String path) {
    return ALL.stream()
        .filter(family -> family.names().contains(modelType))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelException(
                    "%s: model_type '%s' is not implemented; this build knows %s"
                        .formatted(
                            path,
                            modelType,
                            String.join(
                                ", ",
                                ALL.stream().flatMap(each -> each.names().stream()).toList()))));
  }
}
