package io.github.nonplus.report.record;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.nonplus.failure.RecordException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// The scores of a record, each window checked.
///
/// @param compared what stands beside them of a reference, for each window or for none
public record RecordScores(List<ScoredWindow> windows, List<ComparedWindow> compared) {
  public RecordScores {
    windows = List.copyOf(windows);
    compared = List.copyOf(compared);
  }

  /// Reads scores and texts token by token of JSON.
  static final class Reader {
    private static final int LARGEST_BYTE = 255;

    /// Two rows of float32 logits are no further apart.
    private static final double LARGEST_DIVERGENCE = 0x1p130;

    private final Path path;
    private final JsonParser json;

    Reader(Path path, JsonParser json) {
      this.path = path;
      this.json = json;
    }

    /// The list of windows that begins here.
    RecordScores windows() throws IOException {
      List<ScoredWindow> windows = new ArrayList<>();
      List<ComparedWindow> compared = new ArrayList<>();
      if (!json.isExpectedStartArrayToken()) {
        throw damaged("windows_scored", "a list of windows");
      }
      while (json.nextToken() != JsonToken.END_ARRAY) {
        String name = "window " + (windows.size() + 1);
        Lists lists = new Lists();
        windows.add(window(name, lists));
        if (!lists.isEmpty()) {
          compared.add(compared(name, lists, windows.getLast().nll().length));
        }
      }
      if (windows.isEmpty()) {
        throw damaged("windows_scored", "a list of windows");
      }
      requireAlike(windows.size(), compared);
      return new RecordScores(windows, compared);
    }

    /// A reference is there for all windows, and tells as much of each.
    private void requireAlike(int windows, List<ComparedWindow> compared) {
      long reversed = compared.stream().filter(each -> each.reverseKld().isPresent()).count();
      if (!compared.isEmpty()
          && (compared.size() != windows || reversed != 0 && reversed != windows)) {
        throw damaged("windows_scored", "of one kind: some windows have divergences, others not");
      }
    }

    /// What a window says of a reference, list by list; null where it does not.
    private static final class Lists {
      private double[] kld;
      private double[] reverseKld;
      private double[] referenceNll;
      private double[] sameTop;

      boolean isEmpty() {
        return kld == null && reverseKld == null && referenceNll == null && sameTop == null;
      }
    }

    private ComparedWindow compared(String name, Lists lists, int tokens) {
      for (double[] each : new double[][] {lists.kld, lists.referenceNll, lists.sameTop}) {
        if (each == null || each.length != tokens) {
          throw damaged(name, "with a kld, reference_nll and same_top for each of its losses");
        }
      }
      if (lists.reverseKld != null && lists.reverseKld.length != tokens) {
        throw damaged(name, "with a reverse_kld for each of its losses");
      }
      boolean[] sameTop = new boolean[tokens];
      for (int i = 0; i < tokens; i++) {
        if (lists.sameTop[i] != 0 && lists.sameTop[i] != 1) {
          throw damaged(name, "with a same_top of 0 or 1 for each of its losses");
        }
        sameTop[i] = lists.sameTop[i] == 1;
      }
      return new ComparedWindow(
          lists.kld, Optional.ofNullable(lists.reverseKld), lists.referenceNll, sameTop);
    }

    private ScoredWindow window(String name, Lists lists) throws IOException {
      int[] ids = {};
      double[] nll = {};
      double weight = 1;
      if (json.currentToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String key = json.currentName();
          json.nextToken();
          switch (key) {
            case "ids" -> ids = ids(name);
            case "nll" -> nll = numbers(name, "a list of losses");
            case "kld" -> lists.kld = divergences(name);
            case "reverse_kld" -> lists.reverseKld = divergences(name);
            case "reference_nll" -> lists.referenceNll = numbers(name, "a list of losses");
            case "same_top" -> lists.sameTop = numbers(name, "a list of 0 and 1");
            case "weight" -> weight = weight(name);
            default -> json.skipChildren();
          }
        }
      }
      if (nll.length == 0 || nll.length >= ids.length) {
        throw damaged(name, "a window that scores some of its ids, and not the first");
      }
      return new ScoredWindow(ids, weight, nll);
    }

    private int[] ids(String name) throws IOException {
      IntStream.Builder ids = IntStream.builder();
      requireArray(name, "a list of ids");
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
            || json.getNumberType() != JsonParser.NumberType.INT
            || json.getIntValue() < 0) {
          throw damaged(name, "a list of ids");
        }
        ids.add(json.getIntValue());
      }
      return ids.build().toArray();
    }

    private double[] divergences(String name) throws IOException {
      double[] divergences = numbers(name, "a list of divergences");
      for (double each : divergences) {
        if (Math.abs(each) >= LARGEST_DIVERGENCE) {
          throw damaged(name, "a list of divergences");
        }
      }
      return divergences;
    }

    private double[] numbers(String name, String expected) throws IOException {
      DoubleStream.Builder numbers = DoubleStream.builder();
      requireArray(name, expected);
      while (json.nextToken() != JsonToken.END_ARRAY) {
        numbers.add(number(name, expected));
      }
      return numbers.build().toArray();
    }

    private double weight(String name) throws IOException {
      double weight = number(name, "of a weight of 0 or more");
      if (weight < 0) {
        throw damaged(name, "of a weight of 0 or more");
      }
      return weight;
    }

    private double number(String name, String expected) throws IOException {
      if (!json.currentToken().isNumeric() || !Double.isFinite(json.getDoubleValue())) {
        throw damaged(name, expected);
      }
      return json.getDoubleValue();
    }

    private void requireArray(String name, String expected) {
      if (!json.isExpectedStartArrayToken()) {
        throw damaged(name, expected);
      }
    }

    /// The texts of ids that begin here; nothing if the model had no tokenizer.
    Optional<TokenTexts> texts() throws IOException {
      if (json.currentToken() == JsonToken.VALUE_NULL) {
        return Optional.empty();
      }
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw damaged("token_texts", "texts by id");
      }
      Map<Integer, byte[]> bytes = new HashMap<>();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        if (!key.matches("0|[1-9][0-9]{0,8}")) {
          throw damaged("token_texts", "texts by id");
        }
        json.nextToken();
        bytes.put(Integer.parseInt(key), bytes());
      }
      return Optional.of(new TokenTexts(bytes));
    }

    private byte[] bytes() throws IOException {
      if (json.currentToken() == JsonToken.VALUE_STRING) {
        return json.getText().getBytes(StandardCharsets.UTF_8);
      }
      if (!json.isExpectedStartArrayToken()) {
        throw damaged("token_texts", "texts by id");
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
            || json.getNumberType() != JsonParser.NumberType.INT
            || json.getIntValue() < 0
            || json.getIntValue() > LARGEST_BYTE) {
          throw damaged("token_texts", "texts, or lists of bytes, by id");
        }
        bytes.write(json.getIntValue());
      }
      return bytes.toByteArray();
    }

    private RecordException damaged(String what, String expected) {
      return Facts.damaged(path, what, expected);
    }
  }
}
