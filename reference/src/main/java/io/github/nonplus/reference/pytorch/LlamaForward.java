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
import io.github.nonplus.reference.checkpoint.LlamaConfiguration;
import io.github.nonplus.reference.pytorch.LlamaWeights.Layer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// A Llama's forward pass over windows, as transformers' eager attention computes it. What treats
/// every row by itself goes through the rows of all windows at once.
///
/// Attention goes through the queries in blocks, each of which sees the keys up to its end: what a
/// causal mask would blot out is never computed, and memory grows with the window, not its square.
final class LlamaForward {
  /// Queries of a block.
  private static final int BLOCK = 256;

  private final LlamaConfiguration config;
  private final LlamaWeights weights;
  private final Arithmetic arithmetic;
  private final NDManager manager;

  /// [BLOCK, BLOCK], −∞ above the diagonal.
  private final NDArray ahead;

  LlamaForward(
      LlamaConfiguration config, LlamaWeights weights, Arithmetic arithmetic, NDManager manager) {
    this.config = config;
    this.weights = weights;
    this.arithmetic = arithmetic;
    this.manager = manager;
    float[] mask = new float[BLOCK * BLOCK];
    for (int query = 0; query < BLOCK; query++) {
      for (int key = query + 1; key < BLOCK; key++) {
        mask[query * BLOCK + key] = Float.NEGATIVE_INFINITY;
      }
    }
    ahead =
        arithmetic.narrowed(
            manager.create(mask, new Shape(BLOCK, BLOCK)).toType(arithmetic.wide(), false));
  }

  /// A window, or as much of its beginning as is wanted.
  ///
  /// @param window length of the whole, on which dynamic rotary scaling depends
  record Stretch(int[] ids, int window) {}

  /// Where a stretch's rows lie among all, and the angles of its positions.
  private record Place(long from, long to, RotaryAngles angles) {}

  /// What the output layer reads, after the last norm: [ids of all stretches, hidden].
  NDArray hidden(List<Stretch> stretches) {
    return within(
        () -> {
          int[] ids = stretches.stream().flatMapToInt(each -> IntStream.of(each.ids())).toArray();
          NDArray given = manager.create(Arrays.stream(ids).asLongStream().toArray());
          NDArray x =
              Embedding.embedding(given, weights.embedding(), SparseFormat.DENSE)
                  .singletonOrThrow();
          List<Place> places = places(stretches);
          for (Layer layer : weights.layers()) {
            x.addi(within(() -> attention(layer, x, places)));
            x.addi(within(() -> feedForward(layer, x)));
          }
          return norm(x, weights.norm());
        });
  }

  /// Stretches that are alike share their angles.
  private List<Place> places(List<Stretch> stretches) {
    List<Place> places = new ArrayList<>();
    Map<List<Integer>, RotaryAngles> angles = new HashMap<>();
    long from = 0;
    for (Stretch each : stretches) {
      int length = each.ids().length;
      RotaryAngles own =
          angles.computeIfAbsent(
              List.of(length, each.window()),
              _ ->
                  RotaryAngles.of(
                      manager,
                      config.rotary().frequencies(config.headSize(), each.window()),
                      config.rotary().attentionFactor(),
                      length,
                      arithmetic));
      places.add(new Place(from, from + length, own));
      from += length;
    }
    return places;
  }

  private NDArray attention(Layer layer, NDArray x, List<Place> places) {
    NDArray in = norm(x, layer.attentionNorm());
    NDArray queries = layer.query().apply(in);
    NDArray keys = layer.key().apply(in);
    NDArray values = layer.value().apply(in);
    NDList windows = new NDList();
    for (Place place : places) {
      windows.add(within(() -> attention(queries, keys, values, place)));
    }
    return layer.output().apply(joined(windows));
  }

  /// Attention within one window: [its rows, heads · head].
  private NDArray attention(NDArray queries, NDArray keys, NDArray values, Place place) {
    NDArray query = place.angles().turn(heads(queries, place, config.heads()));
    NDArray key = place.angles().turn(heads(keys, place, config.keyHeads()));
    NDArray value = heads(values, place, config.keyHeads());
    long length = place.to() - place.from();
    NDList blocks = new NDList();
    for (long from = 0; from < length; from += BLOCK) {
      long start = from;
      blocks.add(within(() -> attend(query, key, value, start, Math.min(start + BLOCK, length))));
    }
    return joined(blocks);
  }

  private static NDArray joined(NDList rows) {
    return rows.size() == 1 ? rows.getFirst() : NDArrays.concat(rows, 0);
  }

  /// Queries `from` to `to` over the keys up to `to`: [to − from, heads · head].
  private NDArray attend(NDArray queries, NDArray keys, NDArray values, long from, long to) {
    long rows = to - from;
    long groups = config.keyHeads();
    long each = config.heads() / groups;
    long size = config.headSize();
    // Query heads that share a key head lie side by side, so a group is one product.
    NDArray query = range(queries, 1, from, to).reshape(groups, each * rows, size);
    NDArray scores = query.matMul(range(keys, 1, 0, to).transpose(0, 2, 1));
    scores.muli(1 / Math.sqrt(size));
    NDArray masked = scores.reshape(groups, each, rows, to);
    range(masked, 3, from, to).addi(range(range(ahead, 0, 0, rows), 1, 0, rows));
    NDArray shares =
        arithmetic.narrowed(arithmetic.widened(masked).softmax(3)).reshape(groups, each * rows, to);
    return shares
        .matMul(range(values, 1, 0, to))
        .reshape(groups * each, rows, size)
        .transpose(1, 0, 2)
        .reshape(rows, groups * each * size);
  }

  private NDArray feedForward(Layer layer, NDArray x) {
    NDArray in = norm(x, layer.feedForwardNorm());
    NDArray gate = layer.gate().apply(in);
    NDArray gated = gate.getNDArrayInternal().sigmoid().muli(gate);
    return layer.down().apply(gated.muli(layer.up().apply(in)));
  }

  /// A window's rows of [rows, heads · head] as [heads, positions, head].
  private NDArray heads(NDArray x, Place place, int heads) {
    return range(x, 0, place.from(), place.to())
        .reshape(place.to() - place.from(), heads, config.headSize())
        .transpose(1, 0, 2);
  }

  private NDArray norm(NDArray x, NDArray weight) {
    return within(
        () -> {
          NDArray wide = arithmetic.widened(x);
          NDArray deviation = wide.square().mean(new int[] {1}, true).addi(config.epsilon()).sqrt();
          return arithmetic.narrowed(wide.div(deviation)).mul(weight);
        });
  }
}
