package io.github.nonplus.model.decoder;

import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.op.Mask;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import java.util.List;

/// Attention between linear layers: what it reads becomes queries, keys and values, which may be
/// clamped, normed and turned, and what is attended to goes through the output layer.
///
/// A description that is completed setting by setting; what is not set is plain causal attention.
public final class Attention implements Part {
  private final Heads heads;
  private final Projection query;
  private final Projection key;
  private final Projection value;
  private final Projection output;
  private double scale;
  private double clip;
  private double clipAfterNorms;
  private Norming queryNorm;
  private Norming keyNorm;
  private Norming valueNorm;
  private boolean normsWholeRows;
  private boolean normsAfterTurning;
  private boolean weighsEachHead;
  private Turning turning;
  private Mask mask = Mask.CAUSAL;
  private List<Double> slopes = List.of();
  private double softCap;
  private String sinks;
  private Factor queryFactor;
  private Norming outputNorm;
  private Projection outputGate;
  private int sharedLayer = -1;
  private KeyLaw keyLaw = (_, _, _, attend) -> attend;

  private Attention(
      Heads heads, Projection query, Projection key, Projection value, Projection output) {
    this.heads = heads;
    this.query = query;
    this.key = key;
    this.value = value;
    this.output = output;
    this.scale = 1 / Math.sqrt(heads.keySize());
  }

  /// Attention with a linear layer for each of the four.
  public static Attention of(
      Heads heads, Projection query, Projection key, Projection value, Projection output) {
    return new Attention(heads, query, key, value, output);
  }

  /// Attention with linear layers of the usual names.
  ///
  /// @param at `model.layers.3.self_attn.`
  /// @param hidden width of the residual stream
  /// @param bias of queries, keys and values
  /// @param outputBias of the output layer
  public static Attention of(Heads heads, String at, int hidden, boolean bias, boolean outputBias) {
    return of(
        heads,
        new Projection(at + "q_proj", heads.queryWidth(), bias),
        new Projection(at + "k_proj", heads.keyWidth(), bias),
        new Projection(at + "v_proj", heads.valueWidth(), bias),
        new Projection(at + "o_proj", hidden, outputBias));
  }

  /// What scores are multiplied by, instead of the root of the head's size.
  public Attention scale(double factor) {
    scale = factor;
    return this;
  }

  /// Queries, keys and values are clamped; 0 for not.
  public Attention clip(double limit) {
    clip = limit;
    return this;
  }

  /// Queries and keys are clamped after their norms, and values; 0 for not.
  public Attention clipAfterNorms(double limit) {
    clipAfterNorms = limit;
    return this;
  }

  /// Each head of queries and keys is normed.
  public Attention norms(Norming ofQuery, Norming ofKey) {
    queryNorm = ofQuery;
    keyNorm = ofKey;
    return this;
  }

  /// Each head of values is normed.
  public Attention valueNorm(Norming norm) {
    valueNorm = norm;
    return this;
  }

  /// The norms are of all heads at once.
  public Attention normingWholeRows() {
    normsWholeRows = true;
    return this;
  }

  /// Each head has weights of its own in its norm; otherwise all heads share them.
  public Attention weighingEachHead() {
    weighsEachHead = true;
    return this;
  }

  /// Heads are normed after they have turned.
  public Attention normingAfterTurning() {
    normsAfterTurning = true;
    return this;
  }

  /// Queries and keys turn; null for not.
  public Attention turning(Turning turns) {
    turning = turns;
    return this;
  }

  /// Which keys a query sees.
  public Attention mask(Mask seen) {
    mask = seen;
    return this;
  }

  /// Slopes of ALiBi, one for each query head.
  public Attention slopes(List<Double> ofHeads) {
    slopes = List.copyOf(ofHeads);
    return this;
  }

  /// c of c · tanh(s / c) for scores; 0 for none.
  public Attention softCap(double cap) {
    softCap = cap;
    return this;
  }

  /// The name of a vector with one more score for each query head.
  public Attention sinks(String name) {
    sinks = name;
    return this;
  }

  /// What turned queries are multiplied by.
  public Attention queryFactor(Factor factor) {
    queryFactor = factor;
    return this;
  }

  /// A norm before the output layer.
  public Attention outputNorm(Norming norm) {
    outputNorm = norm;
    return this;
  }

  /// What is attended to is multiplied by the sigmoid of another layer of what attention reads.
  public Attention gatedBy(Projection gate) {
    outputGate = gate;
    return this;
  }

  /// What values say of their keys, as they stand before any norm.
  @FunctionalInterface
  public interface KeyLaw {
    /// Adds its operations to a program, and says how attention reads what they give.
    ///
    /// @param name begins the names of buffers
    Attend of(ProgramBuilder program, String name, Buffer values, Attend attend);
  }

  /// Which keys are seen, and what they add to their scores, follows from values.
  public Attention keysBy(KeyLaw law) {
    keyLaw = law;
    return this;
  }

  /// Keys and values are those of an earlier layer.
  public Attention sharing(int layer) {
    sharedLayer = layer;
    return this;
  }

  @Override
  public Buffer build(ProgramBuilder program, int layer, Buffer in) {
    String name = layer + ".";
    Buffer q = program.linear(name + "q", in, query);
    Buffer k = sharedLayer < 0 ? program.linear(name + "k", in, key) : null;
    Buffer v = sharedLayer >= 0 ? null : value == null ? k : program.linear(name + "v", in, value);
    Buffer gate = outputGate == null ? null : program.linear(name + "heads.gate", in, outputGate);
    q = program.clamp(name + "q.clamped", q, clip);
    if (k == null) {
      q = placed(program, name + "q", q, queryNorm, heads.queries());
      k = program.keysOf(sharedLayer);
      v = program.valuesOf(sharedLayer);
    } else {
      k = program.clamp(name + "k.clamped", k, clip);
      v = program.clamp(name + "v.clamped", v, Math.max(clip, clipAfterNorms));
      v = program.norm(name + "v.norm", v, valueNorm, groups(heads.keys()));
      q = placed(program, name + "q", q, queryNorm, heads.queries());
      k = placed(program, name + "k", k, keyNorm, heads.keys());
      program.keep(layer, k, v);
    }
    if (queryFactor != null) {
      q = program.scale(name + "q.scaled", q, queryFactor);
    }
    Buffer attended = program.tokens(name + "heads", heads.outputWidth());
    Attend attend =
        new Attend(
            q.view(),
            k.view(),
            v.view(),
            heads.keySize(),
            heads.valueSize(),
            mask,
            slopes,
            softCap,
            sinks == null ? null : Parameter.vector(sinks, heads.queries()),
            scale,
            attended);
    program.add(keyLaw.of(program, name, v, attend));
    Buffer gated =
        gate == null
            ? attended
            : program.gate(name + "heads.gated", Activation.SIGMOID, gate.view(), attended.view());
    Buffer normed = program.norm(name + "heads.norm", gated, outputNorm, 1);
    return program.linear(name + "o", normed, output);
  }

  private int groups(int count) {
    return normsWholeRows ? 1 : count;
  }

  /// Heads after norm and rotation, in their order.
  private Buffer placed(ProgramBuilder program, String name, Buffer rows, Norming norm, int count) {
    Buffer placed = rows;
    if (!normsAfterTurning) {
      placed = normed(program, name, placed, norm, count);
      placed = program.clamp(name + ".clamped", placed, clipAfterNorms);
    }
    if (turning != null) {
      program.add(turning.of(placed.view(), heads.keySize()));
    }
    if (normsAfterTurning) {
      placed = normed(program, name, placed, norm, count);
    }
    return placed;
  }

  private Buffer normed(ProgramBuilder program, String name, Buffer rows, Norming norm, int count) {
    return norm != null && weighsEachHead
        ? program.norm(name + ".norm", rows.view(), norm, count, rows.width())
        : program.norm(name + ".norm", rows, norm, groups(count));
  }
}
