package io.github.nonplus.tokenizer.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// How a text is split into words before pairs are merged: an entry of `pre-tokenizers.txt`, which
/// has llama.cpp's.
///
/// @param words names and switches of the entry
/// @param steps in the order in which they split
record PreTokenizer(Set<String> words, List<String> steps) {
  private static final String TABLE = "pre-tokenizers.txt";
  private static final String INDENT = "  ";
  private static final String SPLIT = "split ";
  private static final List<PreTokenizer> ALL = read();

  /// Those that llama.cpp knows and that are not made here, because their splitting is no
  /// expression of that library's.
  private static final List<String> OTHERS =
      List.of(
          "afmoe",
          "cohere2moe",
          "gemma4",
          "granite-embed-multi-311m",
          "jais-2",
          "kimi-k2",
          "sarvam-moe",
          "superbpe",
          "tiny_aya",
          "whitespace");

  static Optional<PreTokenizer> find(String name) {
    return ALL.stream().filter(each -> each.words().contains(name)).findFirst();
  }

  /// What to say of a name that has no entry.
  static String unknown(String name) {
    return OTHERS.contains(name)
        ? "tokenizer.ggml.pre is '%s', which is not implemented".formatted(name)
        : "tokenizer.ggml.pre is '%s', which this build does not know, nor does the llama.cpp that it follows"
            .formatted(name);
  }

  /// Whether words that are tokens are taken as they are.
  boolean takesWholeWords() {
    return words.contains("+whole");
  }

  /// Whether a BOS is added where the file does not say.
  boolean addsBos() {
    return words.contains("+bos");
  }

  /// Whether there is no BOS where the file does not say which.
  boolean hasNoBos() {
    return words.contains("+nobos");
  }

  /// The `pre_tokenizer` of a `tokenizer.json`, which ends in the alphabet of bytes.
  ObjectNode json() {
    ObjectNode sequence = JsonNodeFactory.instance.objectNode().put("type", "Sequence");
    ArrayNode all = sequence.putArray("pretokenizers");
    boolean byWords = false;
    for (String step : steps) {
      if (step.equals("digits")) {
        all.addObject().put("type", "Digits").put("individual_digits", true);
      } else if (step.equals("words")) {
        byWords = true; // always the last
      } else {
        ObjectNode split = all.addObject().put("type", "Split");
        split.putObject("pattern").put("Regex", step.substring(SPLIT.length()));
        split.put("behavior", "Isolated").put("invert", false);
      }
    }
    all.addObject()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", byWords);
    return sequence;
  }

  private static List<PreTokenizer> read() {
    try (InputStream table = PreTokenizer.class.getResourceAsStream(TABLE)) {
      List<PreTokenizer> all = new ArrayList<>();
      for (String line : new String(table.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (line.startsWith(INDENT)) {
          all.getLast().steps().add(line.substring(INDENT.length()));
        } else if (!line.isBlank() && !line.startsWith("#")) {
          Set<String> words = new LinkedHashSet<>(List.of(line.split(" ")));
          all.add(new PreTokenizer(words, new ArrayList<>()));
        }
      }
      return List.copyOf(all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// All names.
  static List<String> names() {
    return ALL.stream()
        .flatMap(each -> each.words().stream())
        .filter(word -> !word.startsWith("+"))
        .toList();
  }
}
