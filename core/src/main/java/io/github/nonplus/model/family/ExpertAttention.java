package io.github.nonplus.model.family;

import io.github.nonplus.model.decoder.Heads;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.ProgramBuilder;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Gather;
import io.github.nonplus.program.op.Spread;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import java.util.ArrayList;
import java.util.List;

/// Attention whose queries, and whose output layer, are experts; keys and values are those of all.
///
/// @param query of each expert: a query for every key head
/// @param output of each expert
/// @param keyValue all keys, then all values
record ExpertAttention(
    Heads heads,
    Routing routing,
    Projection query,
    Projection output,
    Projection keyValue,
    Turning turning)
    implements Part {
  @Override
  public Buffer build(ProgramBuilder program, int layer, Buffer in) {
    String name = layer + ".attention.";
    int chosen = routing.chosen();
    Buffer choice = routing.build(program, name, in);
    Buffer rows = program.spread(name + "in", in, choice, chosen, Spread.Take.WHOLE);
    Buffer asked = program.experts(name + "q", rows, choice, List.of(query), routing.experts());
    Buffer side = program.gather(name + "side", asked, choice, chosen, Gather.Put.SIDE);
    Buffer q = program.concatenate(name + "heads", ordered(side, heads.keys(), chosen));
    program.add(turning.of(q.view(), heads.keySize()));
    Buffer kv = program.linear(layer + ".kv", in, keyValue);
    View key = new View(kv, 0, heads.keyWidth());
    View value = new View(kv, heads.keyWidth(), heads.valueWidth());
    program.add(turning.of(key, heads.keySize()));
    Buffer attended = program.tokens(name + "attended", heads.outputWidth());
    double scale = 1 / Math.sqrt(heads.keySize());
    program.add(Attend.causal(q.view(), key, value, heads.keySize(), scale, attended));
    Buffer found = program.concatenate(name + "found", ordered(attended, chosen, heads.keys()));
    Buffer back = program.spread(name + "back", found, choice, chosen, Spread.Take.PART);
    Buffer out = program.experts(name + "o", back, choice, List.of(output), routing.experts());
    return program.gather(name + "sum", out, choice, chosen, Gather.Put.WEIGHTED);
  }

  /// Heads that lie in `inner` runs of `outer`, in runs by the place in their old ones.
  private List<View> ordered(Buffer from, int outer, int inner) {
    List<View> views = new ArrayList<>();
    for (int i = 0; i < outer; i++) {
      for (int j = 0; j < inner; j++) {
        views.add(new View(from, (j * outer + i) * heads.keySize(), heads.keySize()));
      }
    }
    return views;
  }
}
