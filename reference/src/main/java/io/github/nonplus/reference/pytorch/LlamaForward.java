package io.github.nonplus.reference.pytorch;

import static io.github.nonplus.reference.pytorch.Operators.range;
import static io.github.nonplus.reference.pytorch.Operators.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import io.github.nonplus.reference.checkpoint.LlamaConfiguration;
import io.github.nonplus.reference.pytorch.LlamaWeights.Layer;
import java.util.Arrays;

/// A Llama's forward pass over one window, as transformers' eager attention computes it.
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

  /// What the output layer reads: [ids, hidden], after the last norm.
  ///
  /// @param ids the window, or as much of its beginning as is wanted
  /// @param window length of the whole, on which dynamic rotary scaling depends
  NDArray hidden(int[] ids, int window) {
    return within(
        () -> {
          NDArray given = manager.create(Arrays.stream(ids).asLongStream().toArray());
          NDArray x =
              Embedding.embedding(given, weights.embedding(), SparseFormat.DENSE)
                  .singletonOrThrow();
          RotaryAngles angles =
              RotaryAngles.of(
                  manager,
                  config.rotary().frequencies(config.headSize(), window),
                  config.rotary().attentionFactor(),
                  ids.length,
                  arithmetic);
          for (Layer layer : weights.layers()) {
            x.addi(within(() -> attention(layer, x, angles)));
            x.addi(within(() -> feedForward(layer, x)));
          }
          return norm(x, weights.norm());
        });
  }

  private NDArray attention(Layer layer, NDArray x, RotaryAngles angles) {
    NDArray in = norm(x, layer.attentionNorm());
    NDArray queries = angles.turn(heads(layer.query().apply(in), config.heads()));
    NDArray keys = angles.turn(heads(layer.key().apply(in), config.keyHeads()));
    NDArray values = heads(layer.value().apply(in), config.keyHeads());
    long length = x.getShape().get(0);
    NDArray whole = attend(queries, keys, values, 0, Math.min(BLOCK, length));
    for (long from = BLOCK; from < length; from += BLOCK) {
      long start = from;
      NDArray next =
          within(() -> attend(queries, keys, values, start, Math.min(start + BLOCK, length)));
      whole = whole.concat(next, 0);
    }
    return layer.output().apply(whole);
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

  /// [positions, heads · head] as [heads, positions, head].
  private NDArray heads(NDArray x, int heads) {
    return x.reshape(x.getShape().get(0), heads, config.headSize()).transpose(1, 0, 2);
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
