package io.github.nonplus.model.gguf;

import io.github.nonplus.failure.ModelException;
import io.github.nonplus.gguf.Gguf;
import io.github.nonplus.gguf.Metadata;
import io.github.nonplus.gguf.TensorEntry;
import io.github.nonplus.gguf.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/// What a file says of its model: the metadata in the namespace of its architecture
/// (`llama.block_count` is asked for as `block_count`), and which tensors there are. Remembers what
/// was asked for, so that a key which nobody understood can be refused: it might change the
/// numbers.
final class Description {
  private static final String ARCHITECTURE = "general.architecture";

  /// Keys that change nothing that is computed.
  private static final Set<String> HARMLESS =
      Set.of(
          "vocab_size", // the embedding says it
          "rope.scaling.finetuned",
          "tensor_data_layout");

  private final Gguf gguf;
  private final String architecture;
  private final Set<String> read = new HashSet<>();

  Description(Gguf gguf) {
    this.gguf = gguf;
    this.architecture =
        gguf.metadata()
            .text(ARCHITECTURE)
            .orElseThrow(
                () -> failure(ARCHITECTURE + " is missing, so it is no model; get the file again"));
  }

  String architecture() {
    return architecture;
  }

  /// What the model is called, in lower case; empty where nothing is said.
  String title() {
    return gguf.metadata().text("general.name").orElse("").toLowerCase(java.util.Locale.ROOT);
  }

  /// The file, for messages.
  String path() {
    return gguf.path().toString();
  }

  private Metadata metadata() {
    return gguf.metadata();
  }

  private String named(String key) {
    read.add(key);
    return architecture + "." + key;
  }

  Optional<Value> find(String key) {
    return metadata().find(named(key));
  }

  Optional<Integer> findSize(String key) {
    String name = named(key);
    return metadata().find(name).filter(Value::isArray).isPresent()
        ? Optional.of(oneOf(name, metadata().find(name).orElseThrow()))
        : metadata().size(name);
  }

  /// A number for each layer counts as one if all are the same.
  private int oneOf(String name, Value value) {
    Set<Long> numbers = new TreeSet<>();
    for (long i = 0; i < value.count() && numbers.size() < 2; i++) {
      value.integer(i).ifPresent(numbers::add);
    }
    Long number = numbers.stream().findFirst().orElse(-1L);
    if (numbers.size() != 1 || number < 0 || number > Integer.MAX_VALUE) {
      throw failure(
          "%s is %s that are not all the same; layers of different sizes are not implemented"
              .formatted(name, value.kind()));
    }
    return number.intValue();
  }

  /// A size of each of `count` layers; a single one is that of all.
  List<Integer> sizes(String key, int count) {
    return numbers(key, count).stream()
        .map(
            number -> {
              if (number < 0 || number > Integer.MAX_VALUE || number != Math.rint(number)) {
                throw failure(
                    "%s.%s holds %s, expected sizes".formatted(architecture, key, number));
              }
              return number.intValue();
            })
        .toList();
  }

  int size(String key) {
    return findSize(key).orElseThrow(() -> missing(key));
  }

  Optional<Double> findNumber(String key) {
    return metadata().number(named(key));
  }

  double number(String key) {
    return findNumber(key).orElseThrow(() -> missing(key));
  }

  Optional<String> findText(String key) {
    return metadata().text(named(key));
  }

  Optional<Boolean> findFlag(String key) {
    return metadata().flag(named(key));
  }

  /// Numbers, one for each of `count`, perhaps with others for layers after them that predict
  /// further tokens; a single one counts for all.
  private List<Double> numbers(String key, int count) {
    Value value = metadata().find(named(key)).orElseThrow(() -> missing(key));
    if (value.isArray() && value.count() < count) {
      throw failure(
          "%s.%s is %s, expected %d numbers".formatted(architecture, key, value.kind(), count));
    }
    List<Double> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(
          value
              .number(value.isArray() ? i : 0)
              .filter(Double::isFinite)
              .orElseThrow(
                  () ->
                      failure(
                          "%s.%s is %s, expected numbers"
                              .formatted(architecture, key, value.kind()))));
    }
    return numbers;
  }

  /// Whether the key is there.
  boolean has(String key) {
    return metadata().find(named(key)).isPresent();
  }

  /// Whether somebody asked for the key.
  boolean wasRead(String key) {
    return read.contains(key);
  }

  /// Leaves a key to be refused after all.
  void forget(String key) {
    read.remove(key);
  }

  /// Takes a key that changes nothing in llama.cpp.
  void pass(String key) {
    read.add(key);
  }

  private ModelException missing(String key) {
    return failure("%s.%s is missing; get the file again".formatted(architecture, key));
  }

  boolean hasTensor(String name) {
    return gguf.tensor(name).isPresent();
  }

  /// Whether any tensor of a layer is there.
  boolean hasBlock(int layer) {
    String beginning = "blk.%d.".formatted(layer);
    return gguf.tensors().stream().anyMatch(tensor -> tensor.name().startsWith(beginning));
  }

  /// Rows of a matrix, which must be there.
  int rows(String tensor) {
    return gguf.tensor(tensor)
        .map(TensorEntry::shape)
        .filter(shape -> shape.size() == 2 && shape.getFirst() <= Integer.MAX_VALUE)
        .map(shape -> shape.getFirst().intValue())
        .orElseThrow(
            () -> failure("there is no matrix '%s'; get the file again".formatted(tensor)));
  }

  /// The shape of a tensor; empty if it is not there.
  List<Integer> shape(String tensor) {
    return gguf.tensor(tensor).stream()
        .flatMap(entry -> entry.shape().stream())
        .map(Math::toIntExact)
        .toList();
  }

  /// How many numbers a tensor has, if it is there.
  OptionalInt length(String tensor) {
    return gguf.tensor(tensor).stream()
        .mapToLong(TensorEntry::elements)
        .filter(count -> count <= Integer.MAX_VALUE)
        .mapToInt(count -> (int) count)
        .findFirst();
  }

  /// The numbers of a short vector of float32.
  Optional<List<Double>> vector(String tensor) {
    return gguf.tensor(tensor).map(entry -> Vectors.of(entry, path()));
  }

  /// Refuses a key of the architecture's namespace that nobody asked for.
  void refuseUnknown() {
    String prefix = architecture + ".";
    for (String name : metadata().keys()) {
      String key = name.startsWith(prefix) ? name.substring(prefix.length()) : null;
      if (key != null && !read.contains(key) && !HARMLESS.contains(key)) {
        throw failure(
            "the key '%s' (%s) is not known here and could change the numbers"
                .formatted(name, metadata().find(name).orElseThrow().shown()));
      }
    }
  }

  ModelException failure(String what) {
    return new ModelException(gguf.path() + ": " + what);
  }
}
