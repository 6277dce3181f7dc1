package io.github.nonplus.tokenizer.gguf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The merges that do what SentencePiece does with scores: of all neighbours that make a token the
/// pair whose token has the highest score is joined, of equal ones the first in the text.
///
/// Merges have ranks, so that of two tokens with one score one would always win, wherever they
/// stand: such a vocabulary is refused.
final class SentencePieceMerges {
  /// A pair of tokens that makes one.
  record Merge(String left, String right, double score) {}

  private SentencePieceMerges() {}

  static List<Merge> of(TokenList tokens) {
    double[] scores = tokens.scores();
    List<Merge> merges = new ArrayList<>();
    Map<Double, String> byScore = new HashMap<>();
    for (int id = 0; id < tokens.size(); id++) {
      String token = tokens.token(id);
      int before = merges.size();
      for (int at = token.offsetByCodePoints(0, 1);
          at < token.length();
          at = token.offsetByCodePoints(at, 1)) {
        String left = token.substring(0, at);
        String right = token.substring(at);
        if (tokens.id(left).isPresent() && tokens.id(right).isPresent()) {
          merges.add(new Merge(left, right, scores[id]));
        }
      }
      if (merges.size() > before && tokens.kind(id) == TokenKind.NORMAL) {
        String other = byScore.put(scores[id], token);
        if (other != null) {
          throw tokens.failure(
              "the tokens '%s' and '%s' have one score, so that ids would depend on where they stand"
                  .formatted(other, token));
        }
      }
    }
    merges.sort(Comparator.comparingDouble(Merge::score).reversed());
    return merges;
  }
}
