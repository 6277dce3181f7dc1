package io.github.nonplus.weights.safetensors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Weights in forms that are not read here, and what to do about each.
public final class OtherWeights {
  /// A form of weights, told by the names of files.
  private record Form(Pattern name, String sentence) {
    static Form of(String name, String sentence) {
      return new Form(Pattern.compile(name), sentence);
    }
  }

  /// In the order in which they are looked for.
  private static final List<Form> FORMS =
      List.of(
          Form.of(
              "adapter_config\\.json|adapter_model\\..*",
              "%s holds an adapter (%s), not a model; merge it into the model that it was made for"
                  + " (merge_and_unload of PEFT), save that, and give its directory"),
          Form.of(
              "pytorch_model.*\\.bin(\\.index\\.json)?",
              "%s holds PyTorch .bin weights only (%s); save the model as safetensors"
                  + " (save_pretrained with safe_serialization=True)"),
          Form.of(
              "consolidated.*\\.(pth|safetensors)",
              "%s holds weights in their publisher's own form (%s); give the model in Hugging"
                  + " Face's form, or convert it with the script that transformers has for it"),
          Form.of(
              "(?!params_shard_|training_args|optimizer|scheduler|rng_state).*\\.(bin|pth?|ckpt)",
              "%s holds pickled weights only (%s), which can run code when they are read; save the"
                  + " model as safetensors"),
          Form.of(
              ".*\\.gguf",
              "%s holds weights in GGUF only (%s); give that file instead of its folder"),
          Form.of(
              ".*\\.(h5|msgpack|onnx)",
              "%s holds weights of another library only (%s); save the model as safetensors"));

  private OtherWeights() {}

  /// What to say of a directory without weights that are read; empty if it has no others either.
  public static Optional<String> sentence(Path directory) {
    List<String> names;
    try (Stream<Path> files = Files.list(directory)) {
      names = files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      return Optional.empty(); // said where the directory is opened
    }
    for (Form form : FORMS) {
      for (String name : names) {
        if (form.name().matcher(name).matches()) {
          return Optional.of(form.sentence().formatted(directory, name));
        }
      }
    }
    return Optional.empty();
  }
}
