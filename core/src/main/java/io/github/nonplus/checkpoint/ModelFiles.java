package io.github.nonplus.checkpoint;

import io.github.nonplus.files.FilePlace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The files of a folder that a model may consist of, told by their names: configurations,
/// tokenizers, weights and their indices, in the forms of Hugging Face and of MLC.
public final class ModelFiles {
  private static final Pattern NAME =
      Pattern.compile(
          "(config|generation_config|mlc-chat-config|preprocessor_config"
              + "|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|chat_template"
              + "|adapter_config|(tensor|ndarray)-cache(-b16)?)\\.json"
              + "|merges\\.txt|vocab\\.txt|chat_template\\.jinja|[^/]*\\.model"
              + "|params_shard_\\d+\\.bin|(pytorch|adapter)_model[^/]*\\.bin"
              + "|[^/]*\\.(safetensors|gguf|pt|pth)|[^/]*\\.(safetensors|bin)\\.index\\.json");

  /// The cache of Hugging Face keeps snapshots of a model below its folder.
  private static final String SNAPSHOTS = "snapshots";

  private ModelFiles() {}

  /// Those that are there.
  public static Stream<Path> of(Path folder) {
    return Stream.concat(Stream.of(folder), snapshots(folder))
        .flatMap(ModelFiles::entries)
        .filter(file -> isName(file.getFileName().toString()));
  }

  /// Whether a place is that of such a file, there or not.
  public static boolean isOneOf(Path folder, FilePlace place) {
    Path parent = place.path().getParent();
    return parent != null
        && isName(place.path().getFileName().toString())
        && new FilePlace(parent).isSame(FilePlace.of(folder));
  }

  private static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  private static Stream<Path> snapshots(Path folder) {
    Path snapshots = folder.resolve(SNAPSHOTS);
    return Files.isDirectory(snapshots) ? entries(snapshots) : Stream.empty();
  }

  private static Stream<Path> entries(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Stream.empty();
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      return all.stream();
    } catch (IOException | UncheckedIOException e) {
      return Stream.empty(); // what is wrong with the folder is said where it is read
    }
  }
}
