package io.github.nonplus.model.family;

import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.ProgramBuilder;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.op.Mask;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import java.util.ArrayList;
import java.util.List;

/// Latent attention: queries, and keys with values, go through narrow layers with norms of their
/// own; each head of queries and keys has columns that stand still and columns that turn, and the
/// turning columns of keys are one for all heads.
///
/// @param at where its tensors are: `model.layers.3.self_attn.`
/// @param hidden width of the residual stream
/// @param bias of the narrowing layers and of the output layer
/// @param turning of the columns that turn, as heads of their own; null for not
/// @param scale of scores
/// @param queryFactor what turned queries are multiplied by; null for nothing
/// @param queryScale what queries are multiplied by
/// @param latentScale what the normed latent of keys and values is multiplied by
/// @param indexer what chooses the keys of a query; null where it sees all
record LatentAttention(
    Shape shape,
    String at,
    int hidden,
    boolean bias,
    Turning turning,
    double scale,
    Factor queryFactor,
    double queryScale,
    double latentScale,
    KeyIndexer indexer)
    implements Part {
  LatentAttention(Shape shape, String at, int hidden, boolean bias, Turning turning) {
    this(shape, at, hidden, bias, turning, 1 / Math.sqrt(shape.size()), null, 1, 1, null);
  }

  /// The same with scores multiplied by a number.
  LatentAttention scaledBy(double scores) {
    return new LatentAttention(
        shape, at, hidden, bias, turning, scores, queryFactor, queryScale, latentScale, indexer);
  }

  /// The same with turned queries multiplied by a factor; null for none.
  LatentAttention multiplying(Factor factor) {
    return new LatentAttention(
        shape, at, hidden, bias, turning, scale, factor, queryScale, latentScale, indexer);
  }

  /// The same with queries, and the normed latent of keys and values, multiplied by numbers.
  LatentAttention multiplying(double queries, double latent) {
    return new LatentAttention(
        shape, at, hidden, bias, turning, scale, queryFactor, queries, latent, indexer);
  }

  /// The same to the keys that an indexer chooses; null for all.
  LatentAttention among(KeyIndexer chooses) {
    return new LatentAttention(
        shape, at, hidden, bias, turning, scale, queryFactor, queryScale, latentScale, chooses);
  }

  /// What the norms of the narrow layers take, whatever a configuration says of the others.
  private static final double EPSILON = 1e-6;

  /// @param still columns of a head of queries and keys that stand still
  /// @param turned those that turn
  /// @param value columns of a head of values
  /// @param queryRank width of the narrow layer of queries; 0 if they have none
  /// @param keyRank width of the narrow layer of keys and values
  record Shape(int heads, int still, int turned, int value, int queryRank, int keyRank) {
    int size() {
      return still + turned;
    }
  }

  @Override
  public Buffer build(ProgramBuilder program, int layer, Buffer in) {
    String name = layer + ".";
    int heads = shape.heads();
    Buffer latentQuery = latentQuery(program, name, in);
    Buffer q = queries(program, name, latentQuery == null ? in : latentQuery);
    Buffer narrow =
        program.linear(
            name + "kv.narrow",
            in,
            new Projection(at + "kv_a_proj_with_mqa", shape.keyRank() + shape.turned(), bias));
    View latent = new View(narrow, 0, shape.keyRank());
    View turned = new View(narrow, shape.keyRank(), shape.turned());
    if (turning != null) {
      program.add(turning.of(turned, shape.turned()));
    }
    Buffer normed =
        program.norm(
            name + "kv.norm",
            latent,
            Norming.rms(at + "kv_a_layernorm", EPSILON),
            1,
            shape.keyRank());
    normed = scaled(program, name + "kv.scaled", normed, latentScale);
    int both = shape.still() + shape.value();
    Buffer kv = program.linear(name + "kv", normed, new Projection(at + "kv_b_proj", heads * both));
    List<View> keys = new ArrayList<>();
    List<View> values = new ArrayList<>();
    for (int head = 0; head < heads; head++) {
      keys.add(new View(kv, head * both, shape.still()));
      keys.add(turned);
      values.add(new View(kv, head * both + shape.still(), shape.value()));
    }
    Buffer k = program.concatenate(name + "k", keys);
    Buffer v = program.concatenate(name + "v", values);
    Attend.Chosen chosen = indexer == null ? null : indexer.build(program, name, in, latentQuery);
    Buffer attended = program.tokens(name + "heads", heads * shape.value());
    Attend all =
        new Attend(
            q.view(),
            k.view(),
            v.view(),
            shape.size(),
            shape.value(),
            Mask.CAUSAL,
            List.of(),
            0,
            null,
            scale,
            attended);
    program.add(all.among(chosen, null));
    return program.linear(name + "o", attended, new Projection(at + "o_proj", hidden, bias));
  }

  private static Buffer scaled(ProgramBuilder program, String name, Buffer rows, double factor) {
    return factor == 1 ? rows : program.scale(name, rows, new Factor.Constant(factor));
  }

  /// What queries are made of besides their last layer; null if that reads what attention reads.
  private Buffer latentQuery(ProgramBuilder program, String name, Buffer in) {
    if (shape.queryRank() == 0) {
      return null;
    }
    Projection narrowing = new Projection(at + "q_a_proj", shape.queryRank(), bias);
    Buffer narrow = program.linear(name + "q.narrow", in, narrowing);
    return program.norm(name + "q.norm", narrow, Norming.rms(at + "q_a_layernorm", EPSILON), 1);
  }

  private Buffer queries(ProgramBuilder program, String name, Buffer in) {
    int width = shape.heads() * shape.size();
    String layer = shape.queryRank() == 0 ? "q_proj" : "q_b_proj";
    Buffer q = program.linear(name + "q", in, new Projection(at + layer, width));
    q = scaled(program, name + "q.scaled", q, queryScale);
    if (turning != null) {
      program.add(turning.after(shape.still()).of(q.view(), shape.size()));
    }
    return queryFactor == null ? q : program.scale(name + "q.grown", q, queryFactor);
  }
}
