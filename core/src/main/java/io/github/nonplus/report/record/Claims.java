package io.github.nonplus.report.record;

import io.github.nonplus.corpus.Extent;
import io.github.nonplus.failure.RecordException;
import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.protocol.Averaging;
import io.github.nonplus.protocol.Figure;
import java.util.List;
import java.util.Optional;

/// The numbers that a result claims, each held against what the rest of the result gives: without
/// scores against each other, with scores against what these amount to. Who edits one of them has
/// to edit all, and with scores there is nothing to edit but these.
final class Claims {
  /// Sums of up to 10⁷ losses in another order differ by less.
  private static final double TOLERANCE = 1e-9;

  /// Of a standard error, which is a small difference of large sums.
  private static final double ERROR_TOLERANCE = 1e-6;

  private static final double LEAST_ERROR = 1e-8;

  /// Of a document; so many that sums of them do not overflow.
  private static final long MOST_WORDS = 1L << 40;

  private final Facts facts;
  private final String source;

  private Claims(Facts facts, String source) {
    this.facts = facts;
    this.source = source;
  }

  /// Holds the numbers of a result against each other.
  ///
  /// @throws RecordException naming the file and the claim that is not so
  static void check(Facts facts) {
    Claims claims = new Claims(facts, "the rest of it gives");
    double mean = facts.number("mean_nll");
    claims.exponential(facts, mean);
    claims.error(facts);
    claims.documents(mean);
    claims.figures(mean);
  }

  /// Holds them against the scores.
  ///
  /// @throws RecordException likewise
  static void check(Facts facts, List<ScoredWindow> windows) {
    Claims claims = new Claims(facts, "its scores give");
    claims.count("windows", windows.size());
    claims.count("tokens_scored", windows.stream().mapToLong(each -> each.nll().length).sum());
    Optional<Averaging> averaging = Averaging.ofLaw(facts.text("averaging"));
    if (averaging.isPresent()) {
      claims.scores(averaging.get(), windows);
    } else {
      claims.same("mean_nll", facts.number("mean_nll"), Combination.UNKNOWN.exponent(windows));
    }
  }

  private void scores(Averaging averaging, List<ScoredWindow> windows) {
    Tally tally = new Tally(averaging, extent(averaging));
    add(tally, 0, windows, averaging);
    same("mean_nll", facts.number("mean_nll"), tally.meanNll());
    near("standard_error_nll", facts, tally.standardErrorNll(), 1);
    for (Figure figure : Figure.values()) {
      // Bytes of the text are not in every record.
      boolean isKnown = figure == Figure.MEAN_OF_RUNNING || facts.has(ResultRecord.BYTES);
      if (isKnown && facts.has("figures") && facts.part("figures").has(figure.key())) {
        double claimed = facts.part("figures").large(figure.key());
        same("figures." + figure.key(), claimed, tally.figure(figure));
      }
    }
    documents(averaging, windows);
  }

  /// The extent that the record says, as far as its averaging needs it.
  private Extent extent(Averaging averaging) {
    long words = averaging == Averaging.WORDS ? facts.count(ResultRecord.WORDS) : 1;
    if (words < 1) {
      throw facts.damaged(ResultRecord.WORDS, "a number of words");
    }
    return new Extent(
        words, facts.has(ResultRecord.BYTES) ? facts.count(ResultRecord.BYTES) : words);
  }

  private void add(Tally tally, int from, List<ScoredWindow> windows, Averaging averaging) {
    for (int w = 0; w < windows.size(); w++) {
      ScoredWindow window = windows.get(w);
      if (window.weight() != averaging.weight(window.first(), window.nll().length)) {
        throw facts.damaged(
            "the weight of window " + (from + w + 1), "what its averaging gives (see averaging)");
      }
      tally.add(new WindowScore(from + w, window.first(), window.nll()));
    }
  }

  /// Documents lie one after the other; those that have words of their own say how many by their
  /// means.
  private void documents(Averaging averaging, List<ScoredWindow> windows) {
    long words = 0;
    List<Facts> documents = facts.list("documents");
    int before = windows.size(); // the windows that stand before the first document
    for (Facts document : documents) {
      long count = document.count("windows");
      if (count < 1 || count > before) {
        throw document.damaged("windows", "a number of windows that are there");
      }
      before -= (int) count;
    }
    int at = before;
    for (Facts document : documents) {
      int count = (int) document.count("windows");
      Tally tally =
          new Tally(averaging == Averaging.WORDS ? Averaging.TOKENS : averaging, Extent.NONE);
      for (ScoredWindow window : windows.subList(at, at + count)) {
        tally.add(new WindowScore(at++, window.first(), window.nll()));
      }
      new Claims(document, source).count("tokens_scored", tally.tokens());
      double claimed = document.number("mean_nll");
      double own = tally.meanNll();
      if (averaging == Averaging.WORDS) {
        long its = Math.clamp(Math.round(tally.sum() / claimed), 1, MOST_WORDS);
        words = Math.addExact(words, its);
        own = tally.sum() / its;
      }
      same(document.name() + "mean_nll", claimed, own);
    }
    if (averaging == Averaging.WORDS && !documents.isEmpty() && before == 0) {
      same("words", facts.count(ResultRecord.WORDS), words);
    }
  }

  /// Without scores: documents that hold all windows give the mean of all, where it is one over
  /// windows or tokens.
  private void documents(double mean) {
    List<Facts> documents = facts.list("documents");
    double byWindows = 0;
    double byTokens = 0;
    long windows = 0;
    long tokens = 0;
    for (Facts document : documents) {
      double its = document.number("mean_nll");
      exponential(document, its);
      windows = Math.addExact(windows, Math.min(document.count("windows"), Integer.MAX_VALUE));
      tokens = Math.addExact(tokens, Math.min(document.count("tokens_scored"), Integer.MAX_VALUE));
      byWindows += its * document.count("windows");
      byTokens += its * document.count("tokens_scored");
    }
    if (documents.isEmpty() || windows != facts.count("windows")) {
      return;
    }
    count("tokens_scored", tokens);
    switch (Averaging.ofLaw(facts.text("averaging")).orElse(Averaging.WORDS)) {
      case WINDOWS -> same("mean_nll", mean, byWindows / windows);
      case TOKENS -> same("mean_nll", mean, byTokens / tokens);
      case LABELS_LESS_ONE, PERPLEXITIES, WORDS -> {} // other weights, which are not said
    }
  }

  private void figures(double mean) {
    if (!facts.has("figures")) {
      return;
    }
    Facts figures = facts.part("figures");
    if (figures.has("word_perplexity") && facts.text("averaging").equals(Averaging.WORDS.law())) {
      same("figures.word_perplexity", figures.large("word_perplexity"), Math.exp(mean));
    }
    if (figures.has("byte_perplexity") && figures.has("bits_per_byte")) {
      double bits = figures.number("bits_per_byte");
      same("figures.byte_perplexity", figures.large("byte_perplexity"), Math.pow(2, bits));
    }
    List<Facts> documents = facts.list("documents");
    if (figures.has("macro_perplexity") && !documents.isEmpty()) {
      double macro =
          documents.stream().mapToDouble(each -> each.number("mean_nll")).average().orElseThrow();
      same("figures.macro_perplexity", figures.large("macro_perplexity"), Math.exp(macro));
    }
  }

  /// Every result's perplexity is exp of its mean, and Infinity where that is beyond any number.
  private void exponential(Facts part, double mean) {
    double claimed = part.large("perplexity");
    double logarithm = Math.log(claimed);
    boolean isSame =
        Double.isInfinite(claimed)
            ? Double.isInfinite(Math.exp(mean * (1 + TOLERANCE)))
            : Math.abs(logarithm - mean) <= TOLERANCE * Math.max(1, Math.abs(mean));
    if (!isSame) {
      throw unlike(
          part.name() + "perplexity",
          claimed,
          Math.exp(mean),
          "its mean negative log-likelihood gives");
    }
  }

  /// The perplexity's error is that of the mean, times the perplexity.
  private void error(Facts part) {
    double perplexity = part.large("perplexity");
    if (part.has("standard_error") && Double.isFinite(perplexity)) {
      double ofMean =
          part.has("standard_error_nll") ? part.number("standard_error_nll") : Double.NaN;
      near("standard_error", part, perplexity * ofMean, perplexity);
    }
  }

  private void near(String key, Facts part, double given, double scale) {
    if (!part.has(key)) {
      return;
    }
    double claimed = part.large(key);
    double room =
        ERROR_TOLERANCE * Math.max(Math.abs(claimed), Math.abs(given)) + LEAST_ERROR * scale;
    if (!(Math.abs(claimed - given) <= room) && claimed != given) {
      throw unlike(part.name() + key, claimed, given, source);
    }
  }

  private void count(String key, long there) {
    if (facts.count(key) != there) {
      throw unlike(facts.name() + key, facts.count(key), there, source);
    }
  }

  private void same(String name, double claimed, double given) {
    boolean isSame =
        claimed == given || Math.abs(claimed - given) <= TOLERANCE * Math.max(1, Math.abs(claimed));
    if (!isSame) {
      throw unlike(name, claimed, given, source);
    }
  }

  private RecordException unlike(String name, Number claimed, Number given, String by) {
    return new RecordException(
        "%s claims %s %s, but %s %s; it was changed, calculate it again"
            .formatted(facts.path(), name, claimed, by, given));
  }
}
