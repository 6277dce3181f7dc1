package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.Model.Output;
import io.github.nonplus.model.family.Families;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference;
import io.github.nonplus.model.interpretation.Difference.Evidence;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Curve;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.Mask;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.rotation.DefaultRotation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/// Collects what MLC LLM's own model of a family computes otherwise than the published one. What
/// would change nothing of the model at hand is no difference of it.
final class Differences {
  private final FamilyModel model;
  private final ObjectNode stated;
  private final List<Difference> found = new ArrayList<>();

  private Differences(FamilyModel model) {
    this.model = model;
    this.stated = model.configuration();
  }

  static Differences of(FamilyModel model) {
    return new Differences(model);
  }

  /// A change of the model, if it is one.
  Differences when(
      Evidence evidence, String name, String words, UnaryOperator<FamilyModel> change) {
    if (!isSame(model, change.apply(model))) {
      found.add(new Difference(name, words, evidence, change));
    }
    return this;
  }

  /// A change of single operations, if it is one.
  Differences operations(
      Evidence evidence, String name, String words, UnaryOperator<Operation> change) {
    return when(evidence, name, words, each -> each.adapted(change));
  }

  /// A key of `config.json` that MLC does not read, but takes for `absent`.
  Differences ignoring(Evidence evidence, String key, JsonNode absent) {
    return when(
        evidence,
        key,
        stated.has(key)
            ? "ignores %s, which is %s".formatted(key, stated.get(key))
            : "takes %s for %s".formatted(key, absent),
        each -> {
          ObjectNode other = each.configuration();
          other.set(key, absent);
          return Families.reread(each, other);
        });
  }

  /// The same of keys that are switches, and off for MLC.
  Differences ignoring(Evidence evidence, String... switches) {
    for (String key : switches) {
      ignoring(evidence, key, stated.booleanNode(false));
    }
    return this;
  }

  /// MLC has one activation, whatever `config.json` says under `key`.
  Differences activating(Evidence evidence, String key, Activation activation) {
    return operations(
        evidence,
        key,
        "computes %s whatever %s says".formatted(activation.name().toLowerCase(Locale.ROOT), key),
        operation ->
            switch (operation) {
              case Gate gate -> new Gate(gate.gate(), gate.up(), activation, gate.output());
              case Elementwise each when each.curve() instanceof Curve.Activated ->
                  new Elementwise(each.input(), new Curve.Activated(activation), each.output());
              case Operation other -> other;
            });
  }

  /// MLC turns every layer by the one base, and knows no scaling.
  Differences turningByBase(Evidence evidence, String name, String words) {
    DefaultRotation plain = new DefaultRotation(model.positions().base().doubleValue());
    return operations(
        evidence,
        name,
        words,
        operation -> operation instanceof Rotate rotate ? rotate.by(plain) : operation);
  }

  /// MLC ignores a scaling of rotations.
  Differences ignoringScaling(Evidence evidence) {
    return turningByBase(
        evidence, "rope_scaling", "ignores the rope scaling " + model.positions().scaling());
  }

  /// Every query sees all keys up to its own.
  Differences seeingAll(Evidence evidence) {
    return operations(
        evidence, "sliding_window", window("ignores sliding_window"), Differences::seeingAll);
  }

  /// What MLC computes of texts that take several calls depends on where these end.
  Differences computingOneCall() {
    return computingOneCall(ConfigFields.LARGEST_CHUNK);
  }

  /// @param largest tokens of a call where the directory does not say
  Differences computingOneCall(int largest) {
    int chunk = TableForm.chunk(model).orElse(largest);
    return when(
        Evidence.READ,
        "prefill_chunk_size",
        "computes %d tokens at once, and longer texts otherwise, which are not computed here"
            .formatted(chunk),
        each -> each.contextWindow() > chunk ? each.upTo(chunk) : each);
  }

  static Operation seeingAll(Operation operation) {
    return operation instanceof Attend attend ? attend.masked(Mask.CAUSAL) : operation;
  }

  /// What is done to the window, with how long it is.
  private String window(String what) {
    return stated.path("sliding_window").isInt()
        ? "%s, which is %d".formatted(what, stated.path("sliding_window").intValue())
        : what;
  }

  List<Difference> end() {
    return List.copyOf(found);
  }

  /// Whether two models compute the same of the same weights, and of windows of the same length.
  static boolean isSame(FamilyModel one, FamilyModel other) {
    return one.program(Output.SCORE).equals(other.program(Output.SCORE))
        && one.limit().equals(other.limit());
  }
}
