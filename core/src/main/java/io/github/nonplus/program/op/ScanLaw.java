package io.github.nonplus.program.op;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// What a [Scan] does with a token: how its state changes, and what is read from it afterwards. All
/// states are 0 before a window's first token.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "law")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ScanLaw.Memory.class, name = "memory"),
  @JsonSubTypes.Type(value = ScanLaw.Selective.class, name = "selective"),
  @JsonSubTypes.Type(value = ScanLaw.Gated.class, name = "gated"),
  @JsonSubTypes.Type(value = ScanLaw.Weighted.class, name = "weighted")
})
public sealed interface ScanLaw {
  /// Itself as a dump shows it.
  String text();

  /// Columns of its result.
  int width();

  /// What it reads of each token.
  List<View> views();

  /// The checkpoint tensors that it needs.
  List<Parameter> parameters();

  /// Terms of the sums behind one number, without those that the window brings.
  long terms();

  /// The same law reading other views.
  ScanLaw withViews(UnaryOperator<View> change);

  /// A matrix S for each head, keys × values, which is a memory of pairs of them: S ← decay · S,
  /// then S ← S + key ⊗ step · (value − Sᵀ key), and the output is Sᵀ (query · scale) + skip ·
  /// value. What is already remembered for a key is subtracted only where it `corrects`.
  ///
  /// With corrections it is the gated delta rule, and with a decay for each key column Kimi's;
  /// without, Mamba-2 (queries are C, keys B, values x, steps dt), and with constant decays
  /// lightning attention. Head h reads key and query head h / (heads / key heads).
  ///
  /// @param step one number for each head; null for 1
  /// @param decay one number for each head, or for each column of the keys of each head; null if
  ///   they are constant
  /// @param decays constant ones, one for each head; empty if there are others
  /// @param skip one number for each head; null for 0
  record Memory(
      View query,
      View key,
      View value,
      int keySize,
      int valueSize,
      @JsonSetter(nulls = Nulls.SET) View step,
      @JsonSetter(nulls = Nulls.SET) View decay,
      List<Double> decays,
      boolean corrects,
      double scale,
      @JsonSetter(nulls = Nulls.SET) Parameter skip)
      implements ScanLaw {
    public Memory {
      decays = List.copyOf(decays);
      Operation.require(keySize > 0 && key.width() % keySize == 0, key, keySize);
      Operation.require(valueSize > 0 && value.width() % valueSize == 0, value, valueSize);
      Operation.require(query.width() == key.width(), query, key);
      int heads = value.width() / valueSize;
      Operation.require(heads % (key.width() / keySize) == 0, key, value);
      Operation.require(step == null || step.width() == heads, step, value);
      Operation.require((decay == null) != decays.isEmpty(), "a decay", decays);
      boolean fits =
          decay == null
              ? decays.size() == heads
              : decay.width() == heads || decay.width() == (long) heads * keySize;
      Operation.require(fits, decay == null ? decays : decay, value);
      for (double each : decays) {
        Operation.require(each >= 0 && each <= 1, "a decay", each);
      }
      Operation.require(skip == null || skip.shape().equals(List.of(heads)), skip, value);
      Operation.requireFinite("the scale of queries", scale);
    }

    /// Number of heads.
    public int heads() {
      return value.width() / valueSize;
    }

    /// Heads that share a key and a query.
    public int headsPerKey() {
      return heads() / (key.width() / keySize);
    }

    /// Whether each column of a head's keys has a decay of its own.
    public boolean decaysByColumn() {
      return decay != null && decay.width() != heads();
    }

    @Override
    public String text() {
      return "memory %s, queries %s keys %s values %s heads of %d and %d%s decay %s%s%s"
          .formatted(
              corrects ? "corrected" : "plain",
              query,
              key,
              value,
              keySize,
              valueSize,
              step == null ? "" : " step " + step,
              decay == null ? decays : decay,
              scale == 1 ? "" : " scale " + scale,
              skip == null ? "" : " skip " + skip);
    }

    @Override
    public int width() {
      return value.width();
    }

    @Override
    public List<View> views() {
      return Stream.of(query, key, value, step, decay).filter(Objects::nonNull).toList();
    }

    @Override
    public List<Parameter> parameters() {
      return Stream.of(skip).filter(Objects::nonNull).toList();
    }

    @Override
    public long terms() {
      return (corrects ? 2L : 1L) * keySize;
    }

    @Override
    public Memory withViews(UnaryOperator<View> change) {
      return new Memory(
          change.apply(query),
          change.apply(key),
          change.apply(value),
          keySize,
          valueSize,
          step == null ? null : change.apply(step),
          decay == null ? null : change.apply(decay),
          decays,
          corrects,
          scale,
          skip);
    }
  }

  /// Mamba's selective state space: each column has a state h of N numbers, h(n) ← e^(−e^rate(n) ·
  /// step) · h(n) + step · x · key(n), and the output is Σ_n h(n) · query(n) + skip · x. Keys and
  /// queries, B and C, are N columns that all columns share.
  ///
  /// @param rates [columns, N]
  /// @param stored what of a rate is stored
  /// @param skip one number for each column
  record Selective(
      View input,
      View step,
      View key,
      View query,
      Parameter rates,
      StoredRate stored,
      Parameter skip)
      implements ScanLaw {
    /// With rates as they are.
    public Selective(View input, View step, View key, View query, Parameter rates, Parameter skip) {
      this(input, step, key, query, rates, StoredRate.RATE, skip);
    }

    public Selective {
      Objects.requireNonNull(stored);
      Operation.require(step.width() == input.width(), step, input);
      Operation.require(key.width() == query.width(), key, query);
      Operation.require(rates.shape().equals(List.of(input.width(), key.width())), rates, key);
      Operation.require(skip.shape().equals(List.of(input.width())), skip, input);
    }

    /// N.
    public int states() {
      return key.width();
    }

    /// −e^rate, rounded once, at n · columns + column.
    ///
    /// @param numbers those of `rates`, row by row
    public float[] factors(float[] numbers) {
      float[] factors = new float[numbers.length];
      int columns = input.width();
      for (int i = 0; i < factors.length; i++) {
        factors[i % states() * columns + i / states()] = stored.factor(numbers[i], rates);
      }
      return factors;
    }

    /// The same of rates that are stored otherwise.
    public Selective withRatesAs(StoredRate other) {
      return new Selective(input, step, key, query, rates, other, skip);
    }

    @Override
    public String text() {
      return "selective %s step %s keys %s queries %s rates %s%s skip %s"
          .formatted(input, step, key, query, rates, stored.text(), skip);
    }

    @Override
    public int width() {
      return input.width();
    }

    @Override
    public List<View> views() {
      return List.of(input, step, key, query);
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(rates, skip);
    }

    @Override
    public long terms() {
      return states() + 1L;
    }

    @Override
    public Selective withViews(UnaryOperator<View> change) {
      return new Selective(
          change.apply(input),
          change.apply(step),
          change.apply(key),
          change.apply(query),
          rates,
          stored,
          skip);
    }
  }

  /// The real-gated linear recurrent unit of Griffin: ln a = −8 · recurrence · softplus(rate), h ←
  /// a · h + √(1 − a²) · gate · x, but h = gate · x at a window's first token; the output is h.
  ///
  /// @param rates one number for each column
  record Gated(View input, View gate, View recurrence, Parameter rates) implements ScanLaw {
    private static final double C = 8;

    public Gated {
      Operation.require(gate.width() == input.width(), gate, input);
      Operation.require(recurrence.width() == input.width(), recurrence, input);
      Operation.require(rates.shape().equals(List.of(input.width())), rates, input);
    }

    /// −8 · softplus(rate), rounded once.
    public float[] factors(float[] stored) {
      float[] factors = new float[stored.length];
      for (int n = 0; n < factors.length; n++) {
        double x = stored[n];
        double softplus = Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
        factors[n] = (float) (-C * softplus);
      }
      return factors;
    }

    @Override
    public String text() {
      return "gated %s gate %s recurrence %s rates %s".formatted(input, gate, recurrence, rates);
    }

    @Override
    public int width() {
      return input.width();
    }

    @Override
    public List<View> views() {
      return List.of(input, gate, recurrence);
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(rates);
    }

    @Override
    public long terms() {
      return 2;
    }

    @Override
    public Gated withViews(UnaryOperator<View> change) {
      return new Gated(change.apply(input), change.apply(gate), change.apply(recurrence), rates);
    }
  }

  /// RWKV-4's weighted mean of values: Σ w(i) · value(i) / Σ w(i) over all tokens i up to the row's
  /// own, t, with w(t) = e^(key(t) + first) and w(i) = e^(key(i) − (t − 1 − i) · e^rate) before.
  ///
  /// @param rates one number for each column
  /// @param first likewise
  record Weighted(View key, View value, Parameter rates, Parameter first) implements ScanLaw {
    public Weighted {
      Operation.require(key.width() == value.width(), key, value);
      Operation.require(rates.shape().equals(List.of(key.width())), rates, key);
      Operation.require(first.shape().equals(List.of(key.width())), first, key);
    }

    /// −e^rate, rounded once.
    public float[] factors(float[] stored) {
      float[] factors = new float[stored.length];
      for (int n = 0; n < factors.length; n++) {
        factors[n] = (float) -StrictMath.exp(stored[n]);
      }
      return factors;
    }

    @Override
    public String text() {
      return "weighted %s keys %s rates %s first %s".formatted(value, key, rates, first);
    }

    @Override
    public int width() {
      return value.width();
    }

    @Override
    public List<View> views() {
      return List.of(key, value);
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(rates, first);
    }

    @Override
    public long terms() {
      return 2;
    }

    @Override
    public Weighted withViews(UnaryOperator<View> change) {
      return new Weighted(change.apply(key), change.apply(value), rates, first);
    }
  }
}
