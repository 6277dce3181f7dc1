package io.github.nonplus.corpus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.List;

/// What of JSON a text is, told from how it begins. A text in which anything is not JSON is none.
enum JsonShape {
  /// No JSON.
  NONE,

  /// An object on each line that is not empty.
  LINES,

  /// Other JSON: a list, or an object over several lines.
  DOCUMENT;

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  /// How far a text is JSON.
  private enum Extent {
    NOT,
    CUT,
    WHOLE
  }

  /// The shape of a text.
  ///
  /// @param begin its first characters
  /// @param whole whether they are all
  static JsonShape of(String begin, boolean whole) {
    String text = begin.strip();
    if (!text.startsWith("{") && !text.startsWith("[")) {
      return NONE;
    }
    List<String> lines = begin.lines().filter(line -> !line.isBlank()).toList();
    boolean lastIsCut = !whole && !begin.endsWith("\n");
    boolean objects = true;
    for (int i = 0; objects && i < lines.size(); i++) {
      boolean cut = lastIsCut && i == lines.size() - 1;
      Extent extent = lines.get(i).strip().startsWith("{") ? extent(lines.get(i)) : Extent.NOT;
      objects = extent == Extent.WHOLE || (cut && extent == Extent.CUT);
    }
    if (objects) {
      return LINES;
    }
    Extent all = extent(text);
    return all == Extent.WHOLE || (all == Extent.CUT && !whole) ? DOCUMENT : NONE;
  }

  private static Extent extent(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      int depth = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      }
      return depth == 0 ? Extent.WHOLE : Extent.CUT;
    } catch (JsonEOFException e) {
      return Extent.CUT;
    } catch (IOException e) {
      return Extent.NOT;
    }
  }
}
