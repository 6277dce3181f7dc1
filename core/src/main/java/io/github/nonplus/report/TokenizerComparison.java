package io.github.nonplus.report;

import io.github.nonplus.tokenizer.AddedTokens;
import io.github.nonplus.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/// Whether two tokenizers give the same ids, and if not, the first difference: in what they add to
/// a text, in the tokens behind the ids, and in texts that tell tokenizers apart.
public final class TokenizerComparison {
  /// Texts in which tokenizers of one family have been seen to differ: spaces, line ends, digits,
  /// contractions, accents, scripts, symbols, special tokens.
  private static final List<String> TEXTS =
      List.of(
          "Hello, world!",
          " leading space",
          "trailing space ",
          "two  spaces,   three",
          "\n\n\n",
          " \n",
          "a\r\nb",
          "\t\ttabs\t",
          "1 12 123 1234567890",
          "3.14159 and 2,718",
          "I'm you're he'd we'll they've it's 'S I'M",
          "don\u2019t\u2014stop \u201cquoted\u201d \u2026",
          "na\u00efve caf\u00e9 cafe\u0301 \ufb01 \u2167 \u00bd \u00b2",
          "\u4e2d\u6587\u5b57\u7b26 1314 \u65e5\u672c\u8a9e \ud55c\uad6d\uc5b4",
          "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440 \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
          "\ud83d\ude00 \ud83d\udc69\u200d\ud83d\udc69\u200d\ud83d\udc67",
          "\u00a0nbsp\u2003em",
          "def f(x):\n    return x**2  # ok\n",
          "CamelCaseWord XMLHttpRequest a.b.c_d-e/f",
          "<s> </s> <|endoftext|> <|im_start|>");

  private static final int AROUND = 3;

  private final Tokenizer one;
  private final Tokenizer other;
  private final List<String> lines = new ArrayList<>();
  private int differences;

  private TokenizerComparison(Tokenizer one, Tokenizer other) {
    this.one = one;
    this.other = other;
  }

  /// The lines to print.
  public static List<String> of(Path model, Path against) {
    try (Tokenizer one = Tokenizer.open(model);
        Tokenizer other = Tokenizer.open(against)) {
      TokenizerComparison comparison = new TokenizerComparison(one, other);
      comparison.lines.add("%s and %s: their tokenizers".formatted(model, against));
      comparison.added();
      comparison.vocabularies();
      comparison.texts();
      comparison.say(
          comparison.differences == 0
              ? "the same   ids of %d texts that tell tokenizers apart"
              : "differences %d",
          comparison.differences == 0 ? TEXTS.size() : comparison.differences);
      return comparison.lines;
    }
  }

  private void added() {
    doubled("first", one);
    doubled("second", other);
    if (!Arrays.equals(one.added().all(), other.added().all())) {
      differ(
          "added      the first adds %s to a text, the second %s: results of the two are of other windows",
          words(one), words(other));
    }
    OptionalInt bos = one.bos();
    OptionalInt theirs = other.bos();
    if (!bos.equals(theirs)) {
      differ("BOS        the first has %s, the second %s", token(one, bos), token(other, theirs));
    }
  }

  private void doubled(String which, Tokenizer tokenizer) {
    AddedTokens added = tokenizer.added();
    if (added.before().length > 1 && added.before()[0] == added.before()[1]) {
      differ("BOS        the %s adds it twice before a text", which);
    }
    OptionalInt first = added.first();
    if (tokenizer.bos().isPresent() && first.isEmpty()) {
      say(
          "BOS        the %s has one (%s) and does not add it",
          which, token(tokenizer, tokenizer.bos()));
    }
  }

  private static String token(Tokenizer tokenizer, OptionalInt id) {
    return id.isPresent()
        ? "%s (id %d)".formatted(tokenizer.token(id.getAsInt()), id.getAsInt())
        : "none";
  }

  private static String words(Tokenizer tokenizer) {
    int[] ids = tokenizer.added().all();
    return ids.length == 0
        ? "nothing"
        : String.join(" ", Arrays.stream(ids).mapToObj(tokenizer::token).toList());
  }

  private void vocabularies() {
    int common = Math.min(one.vocabularySize(), other.vocabularySize());
    int apart = 0;
    int first = -1;
    for (int id = 0; id < common; id++) {
      if (!one.token(id).equals(other.token(id))) {
        first = first < 0 ? id : first;
        apart++;
      }
    }
    if (apart > 0) {
      differ(
          "tokens     %,d of %,d ids stand for other tokens, the first is %d: '%s' and '%s'",
          apart, common, first, one.token(first), other.token(first));
    }
    if (one.vocabularySize() != other.vocabularySize()) {
      say(
          "vocabulary %,d ids and %,d; %s",
          one.vocabularySize(),
          other.vocabularySize(),
          "what is beyond the shorter one may be padding");
    }
  }

  private void texts() {
    for (String text : TEXTS) {
      int[] ids = one.encodePlain(text);
      int[] theirs = other.encodePlain(text);
      int at = Arrays.mismatch(ids, theirs);
      if (at >= 0) {
        differ(
            "text       \"%s\" differs at id %d: %s and %s",
            text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t"),
            at + 1,
            shown(one, ids, at),
            shown(other, theirs, at));
      }
    }
  }

  private static String shown(Tokenizer tokenizer, int[] ids, int at) {
    int[] part = Arrays.copyOfRange(ids, Math.max(0, at - 1), Math.min(ids.length, at + AROUND));
    return Arrays.toString(part)
        + " ("
        + String.join(" ", Arrays.stream(part).mapToObj(tokenizer::token).toList())
        + ")";
  }

  private void differ(String format, Object... values) {
    differences++;
    say(format, values);
  }

  private void say(String format, Object... values) {
    lines.add("  " + String.format(Locale.ROOT, format, values));
  }
}
