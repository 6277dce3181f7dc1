package io.github.nonplus.model.mlc;

import io.github.nonplus.failure.ModelException;
import io.github.nonplus.model.family.FamilyModel;
import java.util.List;
import java.util.Optional;

/// The families whose form in MLC LLM is known.
public final class MlcForms {
  public static final List<MlcForm> ALL =
      List.of(
          new LlamaForm(),
          Qwen2Form.third(),
          MistralForm.form(),
          Qwen2Form.second(),
          GemmaForm.second(),
          Gemma3Form.text(),
          Gemma3Form.whole(),
          Phi3Form.form(),
          Ministral3Form.form(),
          GemmaForm.first(),
          CohereForm.form(),
          OlmoForm.first(),
          OlmoForm.second(),
          NemotronForm.form(),
          PhiForm.form(),
          StableLmForm.form(),
          StarCoder2Form.form(),
          GptNeoXForm.form(),
          Gpt2Form.plain(),
          Gpt2Form.bigCode(),
          QwenMoeForm.third(),
          QwenMoeForm.second(),
          MixtralForm.form(),
          DeepSeekForm.third(),
          DeepSeekForm.second(),
          Llama4Form.form(),
          Qwen35Form.form(),
          MiniCpmForm.form(),
          PhiMsftForm.form());

  private MlcForms() {}

  /// The form of a family, if MLC has one.
  public static Optional<MlcForm> find(String modelType) {
    return ALL.stream()
        .filter(form -> form.modelType().equals(modelType) || form.others().contains(modelType))
        .findFirst();
  }

  /// The form of a model: of the whole of which it is the text part, if MLC has that one.
  ///
  /// @param path names the model in the failure
  public static MlcForm of(FamilyModel model, String path) {
    return named(
        model.whole().filter(type -> find(type).isPresent()).orElse(model.modelType()), path);
  }

  /// The form of a family; `path` names the model in the failure.
  public static MlcForm named(String modelType, String path) {
    return find(modelType)
        .orElseThrow(
            () ->
                new ModelException(
                    "%s: MLC's form of model_type '%s' is not implemented; this build knows %s"
                        .formatted(
                            path,
                            modelType,
                            String.join(", ", ALL.stream().map(MlcForm::modelType).toList()))));
  }
}
