package io.github.nonplus.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

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
  ModelDirectory open(Path path);

  /// A directory that holds a file of a certain name.
  ///
  /// @param sign the file
  record Directory(String sign, Function<Path, ModelDirectory> opener) implements Container {
    @Override
    public boolean claims(Path path) {
      return Files.exists(path.resolve(sign));
    }

    @Override
    public ModelDirectory open(Path path) {
      return opener.apply(path);
    }
  }
}
