package io.github.nonplus.reference.pytorch;

import static io.github.nonplus.reference.pytorch.Operators.range;
import static io.github.nonplus.reference.pytorch.Operators.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import io.github.nonplus.reference.family.Decoder;
import io.github.nonplus.reference.family.Rotary;
import io.github.nonplus.reference.family.Sizes;
import io.github.nonplus.reference.pytorch.DecoderWeights.AttentionWeights;
import io.github.nonplus.reference.pytorch.DecoderWeights.Layer;
import io.github.nonplus.reference.pytorch.DecoderWeights.LayerNorms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// A decoder's forward pass over windows, as transformers' eager attention computes it. What treats
/// every row by itself goes through the rows of all windows at once.
///
/// Attention goes through the queries in blocks, each of which sees the keys that its masks leave:
/// what they would blot out whole is never computed, and memory grows with the window, not its
/// square.
final class DecoderForward {
  /// Queries of a block.
  private static final int BLOCK = 256;

  private final Decoder decoder;
  private final DecoderWeights weights;
  private final Arithmetic arithmetic;
  private final NDManager manager;
  private final Normalization norm;

  /// [BLOCK, BLOCK], −∞ above the diagonal: keys that come after a query.
  private final NDArray ahead;

  /// [BLOCK, BLOCK], −∞ below the diagonal: keys that a sliding window has left behind.
  private final NDArray behind;

  DecoderForward(
      Decoder decoder, DecoderWeights weights, Arithmetic arithmetic, NDManager manager) {
    this.decoder = decoder;
    this.weights = weights;
    this.arithmetic = arithmetic;
    this.manager = manager;
    this.norm = new Normalization(decoder.norms().norming(), decoder.norms().epsilon(), arithmetic);
    this.ahead = mask((query, key) -> key > query);
    this.behind = mask((query, key) -> key < query);
  }

  private interface Hidden {
    boolean test(int query, int key);
  }

  private NDArray mask(Hidden hidden) {
    float[] mask = new float[BLOCK * BLOCK];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = hidden.test(i / BLOCK, i % BLOCK) ? Float.NEGATIVE_INFINITY : 0;
    }
    return arithmetic.narrowed(
        manager.create(mask, new Shape(BLOCK, BLOCK)).toType(arithmetic.wide(), false));
  }

  /// A window, or as much of its beginning as is wanted.
  ///
  /// @param window length of the whole, on which some rotary scalings depend
  record Stretch(int[] ids, int window) {}

  /// A stretch's rows among those of all.
  private record Span(long from, long to, int window) {
    long length() {
      return to - from;
    }
  }

  /// The angles of a rotation at the positions of a stretch.
  private record AnglesKey(Rotary rotary, long length, int window) {}

  /// What the output layer reads, after the last norm: [ids of all stretches, hidden].
  NDArray hidden(List<Stretch> stretches) {
    return within(
        () -> {
          int[] ids = stretches.stream().flatMapToInt(each -> IntStream.of(each.ids())).toArray();
          NDArray given = manager.create(Arrays.stream(ids).asLongStream().toArray());
          NDArray x =
              Embedding.embedding(given, weights.embedding(), SparseFormat.DENSE)
                  .singletonOrThrow();
          if (decoder.scales().embedding() != 1) {
            x.muli(decoder.scales().embedding());
          }
          List<Span> spans = spans(stretches);
          Map<AnglesKey, RotaryAngles> angles = angles(spans);
          for (int i = 0; i < weights.layers().size(); i++) {
            Layer layer = weights.layers().get(i);
            Decoder.Layer form = decoder.layers().get(i);
            addParts(layer, x, in -> attention(layer.attention(), form, in, spans, angles));
          }
          return norm.apply(x, weights.norm());
        });
  }

  /// Adds to the rows `x` what both parts of a layer give.
  private void addParts(Layer layer, NDArray x, UnaryOperator<NDArray> attention) {
    LayerNorms norms = layer.norms();
    if (decoder.norms().parallel()) {
      NDArray added =
          within(
              () -> {
                NDArray in = norm.apply(x, norms.beforeAttention());
                return attention.apply(in).addi(feedForward(layer, in));
              });
      add(x, added);
      return;
    }
    add(x, part(x, norms.beforeAttention(), attention, norms.afterAttention()));
    add(
        x,
        part(x, norms.beforeFeedForward(), in -> feedForward(layer, in), norms.afterFeedForward()));
  }

  private void add(NDArray x, NDArray added) {
    try (added) {
      double residual = decoder.scales().residual();
      x.addi(residual == 1 ? added : added.muli(residual));
    }
  }

  private NDArray part(
      NDArray x, NDArray before, UnaryOperator<NDArray> computation, NDArray after) {
    return within(
        () -> {
          NDArray out = computation.apply(before == null ? x : norm.apply(x, before));
          return after == null ? out : norm.apply(out, after);
        });
  }

  private static List<Span> spans(List<Stretch> stretches) {
    List<Span> spans = new ArrayList<>();
    long from = 0;
    for (Stretch each : stretches) {
      spans.add(new Span(from, from + each.ids().length, each.window()));
      from += each.ids().length;
    }
    return spans;
  }

  /// Stretches and layers that are alike share their angles.
  private Map<AnglesKey, RotaryAngles> angles(List<Span> spans) {
    Map<AnglesKey, RotaryAngles> angles = new HashMap<>();
    for (Span span : spans) {
      for (Decoder.Layer layer : decoder.layers()) {
        layer
            .rotary()
            .ifPresent(
                rotary ->
                    angles.computeIfAbsent(
                        new AnglesKey(rotary, span.length(), span.window()), this::angles));
      }
    }
    return angles;
  }

  private RotaryAngles angles(AnglesKey key) {
    Rotary rotary = key.rotary();
    return RotaryAngles.of(
        manager,
        rotary.frequencies(rotary.width(decoder.sizes().headSize()), key.window()),
        rotary.attentionFactor(),
        (int) key.length(),
        rotary.turning().neighbours(),
        arithmetic);
  }

  private NDArray attention(
      AttentionWeights attention,
      Decoder.Layer form,
      NDArray in,
      List<Span> spans,
      Map<AnglesKey, RotaryAngles> angles) {
    Sizes sizes = decoder.sizes();
    NDArray queries = normed(attention.query().apply(in), attention.queryNorm(), sizes.heads());
    NDArray keys = normed(attention.key().apply(in), attention.keyNorm(), sizes.keyHeads());
    NDArray values = attention.value().apply(in);
    NDList windows = new NDList();
    for (Span span : spans) {
      Optional<RotaryAngles> own =
          form.rotary()
              .map(rotary -> angles.get(new AnglesKey(rotary, span.length(), span.window())));
      windows.add(
          within(
              () ->
                  attention(
                      turned(heads(queries, span, sizes.heads()), own),
                      turned(heads(keys, span, sizes.keyHeads()), own),
                      heads(values, span, sizes.keyHeads()),
                      form.window())));
    }
    return attention.output().apply(joined(windows));
  }

  /// Queries or keys of all heads, [rows, heads · head], normed as the family norms them.
  private NDArray normed(NDArray x, NDArray weight, int heads) {
    return switch (decoder.attention().headNorm()) {
      case NONE -> x;
      case WHOLE -> norm.apply(x, weight);
      case HEAD, OWN_WEIGHTS -> {
        Shape flat = x.getShape();
        NDArray byHead = x.reshape(flat.get(0), heads, decoder.sizes().headSize());
        yield norm.apply(byHead, weight).reshape(flat);
      }
    };
  }

  private static NDArray turned(NDArray x, Optional<RotaryAngles> angles) {
    return angles.map(each -> each.turn(x)).orElse(x);
  }

  /// Attention within one window: [its rows, heads · head].
  ///
  /// @param window tokens that a token sees, 0 for all before it
  private NDArray attention(NDArray query, NDArray key, NDArray value, int window) {
    long length = query.getShape().get(1);
    NDList blocks = new NDList();
    for (long from = 0; from < length; from += BLOCK) {
      long start = from;
      long end = Math.min(start + BLOCK, length);
      blocks.add(within(() -> attend(query, key, value, start, end, window)));
    }
    return joined(blocks);
  }

  private static NDArray joined(NDList rows) {
    return rows.size() == 1 ? rows.getFirst() : NDArrays.concat(rows, 0);
  }

  /// Queries `from` to `to` over the keys that they see: [to − from, heads · head].
  private NDArray attend(
      NDArray queries, NDArray keys, NDArray values, long from, long to, int window) {
    long rows = to - from;
    long first = window == 0 ? 0 : Math.max(0, from - window + 1);
    long seen = to - first;
    long groups = decoder.sizes().keyHeads();
    long each = decoder.sizes().heads() / groups;
    long size = decoder.sizes().headSize();
    // Query heads that share a key head lie side by side, so a group is one product.
    NDArray query = range(queries, 1, from, to).reshape(groups, each * rows, size);
    NDArray scores = query.matMul(range(keys, 1, first, to).transpose(0, 2, 1));
    scores.muli(decoder.attention().scale());
    NDArray masked =
        Gates.capped(scores, decoder.attention().cap()).reshape(groups, each, rows, seen);
    range(masked, 3, from - first, seen).addi(range(range(ahead, 0, 0, rows), 1, 0, rows));
    // Queries before `full` still see the first key.
    long full = Math.max(0, window - 1 - from);
    long left = rows - full;
    if (window > 0 && left > 1) {
      NDArray sliding = range(range(masked, 2, full, rows), 3, 0, left);
      sliding.addi(range(range(behind, 0, 0, left), 1, 0, left));
    }
    NDArray shares =
        arithmetic
            .narrowed(arithmetic.widened(masked).softmax(3))
            .reshape(groups, each * rows, seen);
    return shares
        .matMul(range(values, 1, first, to))
        .reshape(groups * each, rows, size)
        .transpose(1, 0, 2)
        .reshape(rows, groups * each * size);
  }

  private NDArray feedForward(Layer layer, NDArray in) {
    NDArray gate = Gates.apply(decoder.feedForward().activation(), layer.gate().apply(in));
    return layer.down().apply(gate.muli(layer.up().apply(in)));
  }

  /// A window's rows of [rows, heads · head] as [heads, positions, head].
  private NDArray heads(NDArray x, Span span, int heads) {
    return range(x, 0, span.from(), span.to())
        .reshape(span.length(), heads, decoder.sizes().headSize())
        .transpose(1, 0, 2);
  }
}
