package io.github.nonplus.model.decoder;

import io.github.nonplus.model.Model.Output;
import io.github.nonplus.model.decoder.Block.Step;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Curve;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.op.SelectRows;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Makes the program of a decoder.
final class DecoderProgram {
  private final Decoder decoder;
  private final ProgramBuilder program = new ProgramBuilder();

  DecoderProgram(Decoder decoder) {
    this.decoder = decoder;
  }

  Program build(Output output) {
    Buffer x = embedded();
    Buffer first = x;
    decoder.preparations().forEach(preparation -> preparation.build(program, first));
    for (int layer = 0; layer < decoder.blocks().size(); layer++) {
      x = block(layer, decoder.blocks().get(layer), x);
    }
    Buffer last = program.norm("x.norm", x, decoder.lastNorm(), 1);
    Buffer chosen = new Buffer("x.selected", RowSpace.SELECTED, last.width());
    program.add(new SelectRows(last.view(), chosen));
    head(chosen, output);
    return new Program(program.operations());
  }

  private Buffer embedded() {
    Embedding embedding = decoder.embedding();
    Buffer x = program.tokens("x", embedding.width());
    Parameter table =
        Parameter.matrix(embedding.name() + ".weight", embedding.vocabulary(), embedding.width());
    program.add(new Embed(table, Embed.Index.TOKEN, 0, embedding.scale(), x));
    if (embedding.projection() != null) {
      x = program.linear("x.projected", x, embedding.projection());
    }
    Embedding.Positions positions = embedding.positions();
    if (positions != null) {
      Buffer places = program.tokens("positions", x.width());
      Parameter learnt =
          Parameter.matrix(positions.name() + ".weight", positions.rows(), x.width());
      program.add(new Embed(learnt, Embed.Index.POSITION, positions.offset(), 1, places));
      x = program.sum("x.placed", x, places, 1);
    }
    return program.norm("x.embedded", x, embedding.norm(), 1);
  }

  private Buffer block(int layer, Block block, Buffer in) {
    Buffer x = in;
    for (Step step : block.steps()) {
      x = step(layer, step, x);
    }
    return block.factor() == null
        ? x
        : program.scale(layer + ".x", x, new Factor.Stored(Parameter.vector(block.factor(), 1)));
  }

  private Buffer step(int layer, Step step, Buffer x) {
    Map<Norming, Buffer> normed = new HashMap<>();
    Buffer sum = null;
    for (Branch branch : step.branches()) {
      String name = layer + "." + branch.name();
      Buffer in =
          branch.before() == null
              ? x
              : normed.computeIfAbsent(
                  branch.before(), norm -> program.norm(name + ".norm", x, norm, 1));
      if (sum == null) {
        sum = residual(layer, step, x, in);
      }
      Buffer out = branch.part().build(program, layer, in);
      out = program.norm(name + ".after", out, branch.after(), 1);
      sum = sum == null ? out : program.sum(name + ".x", sum, out, branch.scale());
    }
    return program.norm(
        layer + "." + step.branches().getLast().name() + ".normed", sum, step.norm(), 1);
  }

  private Buffer residual(int layer, Step step, Buffer x, Buffer normed) {
    Buffer residual =
        switch (step.residual()) {
          case INPUT -> x;
          case NORMED_INPUT -> normed;
          case NONE -> null;
        };
    return step.factor() == null || residual == null
        ? residual
        : program.scale(
            "%d.%s.residual".formatted(layer, step.branches().getFirst().name()),
            residual,
            new Factor.Stored(Parameter.vector(step.factor(), residual.width())));
  }

  private void head(Buffer chosen, Output output) {
    Head head = decoder.head();
    int vocabulary = decoder.embedding().vocabulary();
    Buffer in =
        head.projection() == null ? chosen : program.linear("x.head", chosen, head.projection());
    Linear layer =
        ProgramBuilder.layer(new Projection(head.name(), vocabulary, head.hasBias()), in.width());
    switch (output) {
      case SCORE -> program.add(new Score(in.view(), layer, head.scale(), head.softCap()));
      case LOGITS -> {
        Buffer logits = new Buffer("logits", RowSpace.SELECTED, vocabulary);
        program.add(new MatMul(in.view(), List.of(layer), head.scale(), null, logits));
        if (head.softCap() != 0) {
          Buffer capped = new Buffer("logits.capped", RowSpace.SELECTED, vocabulary);
          program.add(new Elementwise(logits.view(), new Curve.SoftCapped(head.softCap()), capped));
        }
      }
    }
  }
}
