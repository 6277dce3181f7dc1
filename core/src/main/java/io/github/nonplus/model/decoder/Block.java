package io.github.nonplus.model.decoder;

import java.util.List;

/// One layer: steps, each of which adds to the residual stream.
///
/// @param factor the name of a stored number that the layer's result is multiplied by; null for
///   none
public record Block(List<Step> steps, String factor) {
  public Block {
    steps = List.copyOf(steps);
  }

  /// Branches one after another, each of which reads what the one before has added to.
  public static Block sequential(Branch... branches) {
    return new Block(java.util.Arrays.stream(branches).map(Step::of).toList(), null);
  }

  /// Branches that read the same.
  public static Block parallel(Branch... branches) {
    return new Block(List.of(new Step(List.of(branches), Step.Residual.INPUT, null, null)), null);
  }

  /// The same whose result is multiplied by a stored number.
  public Block times(String stored) {
    return new Block(steps, stored);
  }

  /// One part, which makes of the residual stream what is to become of it.
  public static Block whole(Part part) {
    Branch branch = Branch.of("layer", null, part);
    return new Block(List.of(new Step(List.of(branch), Step.Residual.NONE, null, null)), null);
  }

  /// x becomes norm(factor · r + the sum of the branches of x), where r is x or what the first
  /// branch makes of it by its norm, or nothing.
  ///
  /// @param factor the name of a stored vector; null for none
  /// @param norm of the sum; null for none
  public record Step(List<Branch> branches, Residual residual, String factor, Norming norm) {
    public Step {
      branches = List.copyOf(branches);
    }

    /// What the branches are added to.
    public enum Residual {
      INPUT,
      NORMED_INPUT,
      NONE
    }

    /// x + branch(x).
    public static Step of(Branch branch) {
      return new Step(List.of(branch), Residual.INPUT, null, null);
    }
  }
}
