package io.github.nonplus.model.decoder;

import io.github.nonplus.model.Model;
import io.github.nonplus.program.Program;
import java.util.List;

/// What a model computes, whatever its family: an embedding, blocks, a last norm and a head.
///
/// @param lastNorm null for none
/// @param preparations computed once, before the first block
public record Decoder(
    Embedding embedding,
    List<Preparation> preparations,
    List<Block> blocks,
    Norming lastNorm,
    Head head) {
  public Decoder {
    preparations = List.copyOf(preparations);
    blocks = List.copyOf(blocks);
  }

  public Decoder(Embedding embedding, List<Block> blocks, Norming lastNorm, Head head) {
    this(embedding, List.of(), blocks, lastNorm, head);
  }

  /// Something that the parts of many layers read.
  @FunctionalInterface
  public interface Preparation {
    /// Adds its operations, and [ProgramBuilder#share]s their result.
    ///
    /// @param embedded the rows that enter the first block
    void build(ProgramBuilder program, io.github.nonplus.program.operand.Buffer embedded);
  }

  /// The program that computes it, before any pass.
  public Program program(Model.Output output) {
    return new DecoderProgram(this).build(output);
  }
}
