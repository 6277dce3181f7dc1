package io.github.nonplus.weights.mlc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.files.JsonFile;
import io.github.nonplus.quantization.DType;
import io.github.nonplus.weights.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The index of a weight directory, checked: names are unique, every tensor lies within its shard
/// and fills its bytes, none overlap, and shards are plain file names.
record MlcIndex(Path file, List<ShardRecord> shards) {
  static final String SHARD_FORMAT = "raw-shard";

  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");
  private static final Pattern OLD_NAME = Pattern.compile("param_\\d+");
  private static final Pattern PRESHARDED_NAME = Pattern.compile(".*_shard-\\d+");

  MlcIndex {
    shards = List.copyOf(shards);
  }

  /// The index file of a directory, of whichever dialect, if there is one.
  static Optional<Path> find(Path directory) {
    for (Dialect dialect : Dialect.values()) {
      Path file = directory.resolve(dialect.indexFile());
      if (Files.exists(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  /// Reads the index of `directory`.
  static MlcIndex read(Path directory) {
    Path file =
        find(directory)
            .orElseThrow(
                () ->
                    new WeightsException(
                        "%s holds neither %s nor %s; expected a directory of converted weights"
                            .formatted(
                                directory,
                                Dialect.UPSTREAM.indexFile(),
                                Dialect.QUALCOMM.indexFile())));
    return new MlcIndex(file, new Parser(file).shards(JsonFile.read(file, WeightsException::new)));
  }

  /// Reads one index file, whose path begins every sentence.
  private record Parser(Path file, Set<String> names) {
    Parser(Path file) {
      this(file, new HashSet<>());
    }

    List<ShardRecord> shards(ObjectNode json) {
      List<ShardRecord> shards = new ArrayList<>();
      Set<String> files = new HashSet<>();
      for (JsonNode record : array(json, "records")) {
        ShardRecord shard = shard(record);
        if (!files.add(shard.file())) {
          throw failure("lists %s twice", shard.file());
        }
        shards.add(shard);
      }
      return shards;
    }

    private ShardRecord shard(JsonNode json) {
      String path = string(json, "dataPath");
      if (!PLAIN_NAME.matcher(path).matches()) {
        throw failure("names the shard '%s', expected the name of a file beside it", path);
      }
      if (!string(json, "format").equals(SHARD_FORMAT)) {
        throw failure("says that %s has format %s", path, json.get("format"));
      }
      long bytes = size(json.path("nbytes"), "nbytes");
      List<TensorRecord> tensors = new ArrayList<>();
      long end = 0;
      for (JsonNode record : array(json, "records")) {
        TensorRecord tensor = tensor(record);
        if (tensor.offset() < end || tensor.bytes() > bytes - tensor.offset()) {
          throw failure(
              "puts %d bytes of '%s' at byte %d of %s, outside its %d bytes or over another tensor",
              tensor.bytes(), tensor.name(), tensor.offset(), path, bytes);
        }
        end = tensor.offset() + tensor.bytes();
        tensors.add(tensor);
      }
      Optional<String> md5 =
          json.has("md5sum") ? Optional.of(string(json, "md5sum")) : Optional.empty();
      return new ShardRecord(path, bytes, tensors, md5);
    }

    private TensorRecord tensor(JsonNode json) {
      String name = string(json, "name");
      checkName(name);
      List<Long> shape = new ArrayList<>();
      for (JsonNode dimension : array(json, "shape")) {
        shape.add(size(dimension, "shape of '" + name + "'"));
      }
      TensorRecord tensor =
          new TensorRecord(
              name,
              shape,
              type(name, string(json, "dtype")),
              string(json, "format"),
              size(json.path("nbytes"), "nbytes"),
              size(json.path("byteOffset"), "byteOffset"));
      if (!tensor.format().equals(TensorRecord.RAW)
          && !tensor.format().equals(TensorRecord.ENCODED)) {
        throw failure("says that '%s' has format %s", name, tensor.format());
      }
      checkLength(tensor);
      return tensor;
    }

    private void checkName(String name) {
      if (OLD_NAME.matcher(name).matches()) {
        throw failure(
            "numbers its parameters (%s), as MLC did before 2024; convert the model again", name);
      }
      if (PRESHARDED_NAME.matcher(name).matches()) {
        throw failure(
            "holds '%s', split for several devices; convert the model again without pre-sharding",
            name);
      }
      if (!names.add(name)) {
        throw failure("lists '%s' twice", name);
      }
    }

    private DType type(String name, String dtype) {
      return DType.find(dtype)
          .orElseThrow(
              () -> failure("says that '%s' is of type %s, which is not read", name, dtype));
    }

    private void checkLength(TensorRecord tensor) {
      try {
        long elements = Tensor.elementCount(tensor.shape());
        if (Math.multiplyExact(elements, (long) tensor.storedType().bytes()) == tensor.bytes()) {
          return;
        }
      } catch (ArithmeticException overflow) {
        // More elements than any file has bytes: the sentence below says so.
      }
      throw failure(
          "gives '%s' of shape %s and type %s %d bytes, which it does not fill",
          tensor.name(), tensor.shape(), tensor.storedType().label(), tensor.bytes());
    }

    private JsonNode array(JsonNode json, String key) {
      JsonNode value = json.path(key);
      if (!value.isArray()) {
        throw failure("has %s where an array '%s' was expected", value, key);
      }
      return value;
    }

    private String string(JsonNode json, String key) {
      JsonNode value = json.path(key);
      if (!value.isTextual()) {
        throw failure("has %s where a string '%s' was expected", value, key);
      }
      return value.textValue();
    }

    private long size(JsonNode value, String what) {
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
        throw failure("has '%s' as %s, expected a size", value, what);
      }
      return value.longValue();
    }

    private WeightsException failure(String what, Object... arguments) {
      return new WeightsException(file + " " + what.formatted(arguments));
    }
  }
}
