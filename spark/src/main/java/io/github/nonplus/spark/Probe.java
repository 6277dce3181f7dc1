package io.github.nonplus.spark;

import io.github.nonplus.perplexity.MachineAccount;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;

/// One executor asked before the work begins: it opens the model, so that what is wrong there is
/// said once, and tells what machine it is.
record Probe(ModelChoice model, Optional<DocumentChoice> documents) {
  /// @return what all executors are expected to be from then on
  MachineAccount ask(JavaSparkContext spark, Expected expected) {
    Open open = new Open(model, documents.orElse(null), expected);
    Answer answer = spark.parallelize(List.of(0), 1).map(open).first();
    return new MachineAccount(answer.identity, answer.build, answer.session);
  }

  private record Answer(String identity, String build, String session) implements Serializable {}

  private record Open(ModelChoice model, DocumentChoice documents, Expected expected)
      implements Function<Integer, Answer> {
    @Override
    public Answer call(Integer nothing) {
      ExecutorModel opened = ExecutorModel.of(model, expected);
      if (documents != null) {
        opened.documents(documents);
      }
      MachineAccount machine = opened.scorer().machine();
      return new Answer(machine.identity(), machine.build(), machine.session());
    }
  }
}
