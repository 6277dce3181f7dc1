package io.github.nonplus.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.failure.CorpusException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// What the `post_processor` of a `tokenizer.json` puts around a text, read from the file.
///
/// Hugging Face's library hands a list of parts from step to step; each step sees how many there
/// are. At first there is one, the text. `BertProcessing` and `RobertaProcessing` put their tokens
/// around the first part and one behind every other; a `TemplateProcessing` makes each piece of its
/// template a part, by the template `single` if it was given one part, by `pair` if it was given
/// two. Here a part is its ids, with [#TEXT] where the text stands.
///
/// ```
/// [text]  ByteLevel  [text]  TemplateProcessing "<s> $A"  [<s>] [text]
/// ```
final class PostProcessor {
  /// Stands for the text among ids.
  private static final int TEXT = -1;

  /// More ids than any post-processor adds; templates of templates could double them each time.
  private static final int MOST = 1024;

  private final String file;
  private final int vocabularySize;

  /// @param file names the file in messages
  /// @param vocabularySize one more than the largest id
  PostProcessor(String file, int vocabularySize) {
    this.file = file;
    this.vocabularySize = vocabularySize;
  }

  /// What `processor` adds to a text.
  ///
  /// @throws CorpusException if it is none that the library has, or does not keep the text
  AddedTokens added(JsonNode processor) {
    int[] all = joined(process(processor, List.of(new int[] {TEXT})));
    int texts = (int) IntStream.of(all).filter(id -> id == TEXT).count();
    if (texts != 1) {
      throw failure("puts the text %d times into its template, expected once", texts);
    }
    int at = 0;
    while (all[at] != TEXT) {
      at++;
    }
    return new AddedTokens(Arrays.copyOf(all, at), Arrays.copyOfRange(all, at + 1, all.length));
  }

  private List<int[]> process(JsonNode processor, List<int[]> parts) {
    List<int[]> result =
        switch (type(processor)) {
          case "", "ByteLevel" -> parts;
          case "BertProcessing", "RobertaProcessing" -> between(processor, parts);
          case "TemplateProcessing" -> template(processor, parts);
          case "Sequence" -> {
            List<int[]> after = parts;
            for (JsonNode each : processor.path("processors")) {
              after = process(each, after);
            }
            yield after;
          }
          case String other -> throw failure("is of the type '%s', which is not known", other);
        };
    if (result.stream().mapToInt(part -> part.length).sum() > MOST) {
      throw failure("adds more than %d tokens to a text", MOST);
    }
    return result;
  }

  /// Files of old have no type; the library then goes by what else is there.
  private static String type(JsonNode processor) {
    if (processor.has("type")) {
      return processor.path("type").asText();
    }
    return processor.has("cls") && processor.has("sep") ? "BertProcessing" : "";
  }

  private List<int[]> between(JsonNode processor, List<int[]> parts) {
    int[] before = {id(processor.path("cls").path(1))};
    int[] behind = {id(processor.path("sep").path(1))};
    List<int[]> result = new ArrayList<>();
    for (int[] part : parts) {
      result.add(joined(List.of(result.isEmpty() ? before : new int[0], part, behind)));
    }
    return result;
  }

  private List<int[]> template(JsonNode processor, List<int[]> parts) {
    if (parts.size() > 2) {
      throw failure("gives %d parts to a template, expected one or two", parts.size());
    }
    List<int[]> result = new ArrayList<>();
    for (JsonNode piece : processor.path(parts.size() == 1 ? "single" : "pair")) {
      if (piece.has("Sequence")) {
        int which = piece.path("Sequence").path("id").asText().equals("A") ? 0 : 1;
        if (which >= parts.size()) {
          throw failure("puts a second text into the template of one");
        }
        result.add(parts.get(which));
      } else {
        result.add(special(processor, piece.path("SpecialToken").path("id").asText()));
      }
    }
    return result;
  }

  private int[] special(JsonNode processor, String name) {
    JsonNode ids = processor.path("special_tokens").path(name).path("ids");
    if (!ids.isArray()) {
      throw failure("uses the token '%s', which is not among its special_tokens", name);
    }
    int[] result = new int[ids.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = id(ids.get(i));
    }
    return result;
  }

  private static int[] joined(List<int[]> parts) {
    return parts.stream().flatMapToInt(IntStream::of).toArray();
  }

  private int id(JsonNode id) {
    if (!id.isIntegralNumber()
        || !id.canConvertToInt()
        || id.intValue() < 0
        || id.intValue() >= vocabularySize) {
      throw failure("adds the id %s, expected 0 to %d", id, vocabularySize - 1);
    }
    return id.intValue();
  }

  private CorpusException failure(String found, Object... values) {
    return new CorpusException(
        "the post_processor of %s %s; get the model's tokenizer files anew"
            .formatted(file, found.formatted(values)));
  }
}
