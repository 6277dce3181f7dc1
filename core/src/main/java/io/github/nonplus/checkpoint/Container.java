package io.github.nonplus.checkpoint;

import io.github.nonplus.model.interpretation.Wanted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;

/// A way in which models lie on disk. An open table: what opens a model asks it, and names no
/// container.
public interface Container {
  /// Asked in this order.
  List<Container> ALL =
      List.of(MlcDirectory.CONTAINER, HuggingFaceDirectory.CONTAINER, GgufFile.CONTAINER);

  /// The file by which it is told.
  String sign();

  /// Whether what lies at a path is one of these. Looks, and reads no more than a beginning.
  boolean claims(Path path);

  /// Reads the configuration of a path that it claims.
  ///
  /// @param wanted which of the checkpoint's interpretations
  /// @throws io.github.nonplus.failure.RequestException if it has no such interpretation
  ModelDirectory open(Path path, Wanted wanted);

  /// A directory that holds a file of a certain name.
  ///
  /// @param sign the file
  record Directory(String sign, BiFunction<Path, Wanted, ModelDirectory> opener)
      implements Container {
    @Override
    public boolean claims(Path path) {
      return Files.exists(path.resolve(sign));
    }

    @Override
    public ModelDirectory open(Path path, Wanted wanted) {
      return opener.apply(path, wanted);
    }
  }
}
