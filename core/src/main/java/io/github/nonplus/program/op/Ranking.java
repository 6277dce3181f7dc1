package io.github.nonplus.program.op;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.function.UnaryOperator;

/// How much a query wants a key, for [SelectKeys]: only the order of the keys of one query counts,
/// so that nothing that is above 0 and the same for all of them need be multiplied by.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Ranking.Indexed.class, name = "indexed"),
  @JsonSubTypes.Type(value = Ranking.OfKeys.class, name = "of-keys")
})
public sealed interface Ranking {
  /// Choices that are made for one query: one for all heads of attention, or one for each key head.
  int choices();

  /// Terms of the sums behind a score.
  long terms();

  /// What it reads, and how far.
  List<Reading> readings();

  /// The same reading other views.
  Ranking withInputs(UnaryOperator<View> change);

  /// By an indexer, whose heads have queries of their own and share one key: Σ weight(h) ·
  /// max(query(h) · key, 0), h ascending.
  ///
  /// @param query heads side by side
  /// @param key as wide as one head
  /// @param weights a column for each head
  record Indexed(View query, View key, View weights) implements Ranking {
    public Indexed {
      Operation.require(query.width() == (long) key.width() * weights.width(), query, key);
    }

    /// How many heads it has.
    public int heads() {
      return weights.width();
    }

    @Override
    public int choices() {
      return 1;
    }

    @Override
    public long terms() {
      return (long) key.width() + weights.width();
    }

    @Override
    public List<Reading> readings() {
      return List.of(Reading.allRows(query), Reading.allRows(key), Reading.allRows(weights));
    }

    @Override
    public Indexed withInputs(UnaryOperator<View> change) {
      return new Indexed(change.apply(query), change.apply(key), change.apply(weights));
    }

    @Override
    public String toString() {
      return "%s weights %s to %s".formatted(query, weights, key);
    }
  }

  /// By a number of the key alone, whatever the query.
  ///
  /// @param ranks a column for each choice
  record OfKeys(View ranks) implements Ranking {
    @Override
    public int choices() {
      return ranks.width();
    }

    @Override
    public long terms() {
      return 0;
    }

    @Override
    public List<Reading> readings() {
      return List.of(Reading.allRows(ranks));
    }

    @Override
    public OfKeys withInputs(UnaryOperator<View> change) {
      return new OfKeys(change.apply(ranks));
    }

    @Override
    public String toString() {
      return ranks.toString();
    }
  }
}
