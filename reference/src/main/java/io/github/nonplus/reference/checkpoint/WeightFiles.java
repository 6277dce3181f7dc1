package io.github.nonplus.reference.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.files.Digest;
import io.github.nonplus.files.JsonFile;
import io.github.nonplus.files.Reason;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The safetensors files of a model directory: `model.safetensors`, or the shards that
/// `model.safetensors.index.json` lists. Tensors live until `close`.
public final class WeightFiles implements AutoCloseable {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private final Path directory;
  private final Arena arena = Arena.ofShared();
  private final List<SafetensorsHeader> files = new ArrayList<>();
  private final Map<String, SafetensorsHeader> fileOf = new LinkedHashMap<>();

  /// The model's names of tensors that have others in their files.
  private final Map<String, String> renamed = new HashMap<>();

  private WeightFiles(Path directory) {
    this.directory = directory;
  }

  /// Maps all files and checks their headers.
  public static WeightFiles open(Path directory) {
    WeightFiles weights = new WeightFiles(directory);
    try {
      weights.openAll();
      return weights;
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  private void openAll() {
    Path index = directory.resolve(INDEX);
    if (Files.exists(directory.resolve("adapter_config.json"))) {
      throw new WeightsException(
          directory
              + " holds adapter_config.json: merge the adapter, or remove it if it is merged");
    }
    if (Files.exists(index)) {
      openShards(index);
      refuseOthers(fileOf.values().stream().map(file -> name(file.path())).toList());
      return;
    }
    Path single = directory.resolve(SINGLE);
    if (!Files.exists(single)) {
      throw new WeightsException(
          "%s holds neither %s nor %s; expected a Hugging Face model saved as safetensors"
              .formatted(directory, SINGLE, INDEX));
    }
    SafetensorsHeader file = SafetensorsHeader.map(single, arena);
    files.add(file);
    file.names().forEach(name -> fileOf.put(name, file));
    refuseOthers(List.of(SINGLE));
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  /// Another program might take them for the model.
  private void refuseOthers(List<String> read) {
    Set<String> others = new TreeSet<>();
    try (Stream<Path> all = Files.list(directory)) {
      all.map(WeightFiles::name)
          .filter(name -> name.equals(SINGLE) || name.matches("model-\\d+-of-\\d+\\.safetensors"))
          .forEach(others::add);
    } catch (IOException e) {
      throw new WeightsException("%s cannot be read: %s".formatted(directory, Reason.of(e)), e);
    }
    others.removeAll(Set.copyOf(read));
    if (!others.isEmpty()) {
      throw new WeightsException(
          "%s holds %s, which is not read with the other weights; remove what is not of the model"
              .formatted(directory, others.iterator().next()));
    }
  }

  /// Gives the tensors the names that a model with its head has: one saved without it lacks
  /// `model.`, and the one matrix of a tied one may be called that of the head.
  ///
  /// @param tied whether it is one
  public void rename(boolean tied) {
    boolean bare = fileOf.keySet().stream().noneMatch(name -> name.startsWith("model."));
    for (String stored : List.copyOf(fileOf.keySet())) {
      String name = stored;
      if (name.equals("lm_head.weight")) {
        if (tied
            && !fileOf.containsKey("model.embed_tokens.weight")
            && !fileOf.containsKey("embed_tokens.weight")) {
          name = "model.embed_tokens.weight";
        }
      } else if (bare) {
        name = "model." + stored;
      }
      if (!name.equals(stored)) {
        fileOf.put(name, fileOf.remove(stored));
        renamed.put(name, stored);
      }
    }
  }

  private void openShards(Path index) {
    ObjectNode json = JsonFile.read(index, WeightsException::new);
    if (!(json.get("weight_map") instanceof ObjectNode map)) {
      throw new WeightsException(index + ": weight_map is missing; download it again");
    }
    Map<String, SafetensorsHeader> shards = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String shard = entry.getValue().asText();
      if (!entry.getValue().isTextual() || !Path.of(shard).equals(Path.of(shard).getFileName())) {
        throw new WeightsException(
            "%s: the shard of '%s' is %s, expected a file name beside the index"
                .formatted(index, entry.getKey(), entry.getValue()));
      }
      SafetensorsHeader file =
          shards.computeIfAbsent(
              shard, name -> SafetensorsHeader.map(directory.resolve(name), arena));
      if (!file.holds(entry.getKey())) {
        throw new WeightsException(
            "%s should hold the tensor '%s', as %s says; download both again"
                .formatted(file.path(), entry.getKey(), INDEX));
      }
      fileOf.put(entry.getKey(), file);
    }
    files.addAll(shards.values());
  }

  /// Whether there is a tensor of that name.
  public boolean contains(String name) {
    return fileOf.containsKey(name);
  }

  /// The tensor of that name, which must have that shape.
  public StoredTensor tensor(String name, long... shape) {
    SafetensorsHeader file = fileOf.get(name);
    if (file == null) {
      throw new WeightsException(
          "%s has no tensor '%s', which the model needs; check that config.json belongs to it"
              .formatted(directory, name));
    }
    StoredTensor tensor = file.tensor(renamed.getOrDefault(name, name));
    List<Long> expected = Arrays.stream(shape).boxed().toList();
    if (!tensor.shape().equals(expected)) {
      throw new WeightsException(
          "%s: tensor '%s' has shape %s, expected %s as config.json says"
              .formatted(file.path(), name, tensor.shape(), expected));
    }
    return tensor;
  }

  /// Refuses a tensor that nobody used: it may be a part of the model that is not understood.
  public void refuseUnused(Set<String> used, String family) {
    Set<String> unused = new LinkedHashSet<>(fileOf.keySet());
    unused.removeAll(used);
    unused.removeIf(name -> name.endsWith(".rotary_emb.inv_freq"));
    if (!unused.isEmpty()) {
      throw new WeightsException(
          "%s holds the tensor '%s', which a %s of this configuration does not use;"
                  .formatted(directory, unused.iterator().next(), family)
              + " check that config.json belongs to these weights");
    }
  }

  /// SHA-256 of the files one after another. Reads them all, once.
  public String digest() {
    Digest digest = Digest.sha256();
    files.forEach(file -> digest.add(file.bytes()));
    return digest.hex();
  }

  @Override
  public void close() {
    arena.close();
  }
}
