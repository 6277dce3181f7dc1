package io.github.nonplus.spark;

import io.github.nonplus.scoring.DocumentScorer;
import io.github.nonplus.scoring.Scorer;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/// The model of this executor: opened by its first task, shared by all, closed with the JVM. There
/// is one for each device, so one for each GPU that tasks are assigned.
final class ExecutorModel {
  private static final String PROCESSOR = "cpu";
  private static final String OPENCL = "opencl";

  /// On the processor Spark says how many tasks there are; others compute one batch at a time.
  private static final int MANY = 4096;

  private static final Map<Key, ExecutorModel> MODELS = new HashMap<>();
  private static int opened;

  private record Key(ModelChoice choice, String device, int threads, Expected expected) {}

  private final Scorer scorer;
  private final Map<DocumentChoice, DocumentScorer> documents = new HashMap<>();

  private ExecutorModel(Scorer scorer) {
    this.scorer = scorer;
  }

  /// The model for the task that asks.
  static ExecutorModel of(ModelChoice choice, Expected expected) {
    TaskContext task = TaskContext.get();
    String device = device(choice.device(), task);
    int threads = device.equals(PROCESSOR) ? task.cpus() : 1;
    Key key = new Key(choice, device, threads, new Expected(expected.weightsSha256(), null, null));
    ExecutorModel model;
    synchronized (MODELS) { // whoever comes second waits until it is open
      model = MODELS.get(key);
      if (model == null) {
        model = open(key);
        MODELS.put(key, model);
      }
    }
    expected.require(model.scorer, where());
    return model;
  }

  private static ExecutorModel open(Key key) {
    JavaVersion.require();
    int lanes = key.device.equals(PROCESSOR) ? MANY : 1;
    Scorer scorer = Scorer.open(key.choice.request(key.device, key.threads, lanes), note -> {});
    try {
      key.expected.require(scorer, where());
    } catch (RuntimeException e) {
      scorer.close();
      throw e;
    }
    opened++;
    return new ExecutorModel(scorer);
  }

  /// The device of a task: of `opencl`, the GPU that Spark has assigned to it, if it assigns any.
  static String device(String asked, TaskContext task) {
    ResourceInformation gpu = task.resourcesJMap().get("gpu");
    return asked.equals(OPENCL) && gpu != null && gpu.addresses().length > 0
        ? OPENCL + ":" + gpu.addresses()[0]
        : asked;
  }

  /// The executor, for messages.
  static String where() {
    SparkEnv env = SparkEnv.get();
    return "executor %s on %s"
        .formatted(env.executorId(), env.blockManager().blockManagerId().host());
  }

  /// How many models this JVM has opened so far.
  static int opened() {
    synchronized (MODELS) {
      return opened;
    }
  }

  Scorer scorer() {
    return scorer;
  }

  /// Its documents by a protocol.
  DocumentScorer documents(DocumentChoice choice) {
    synchronized (documents) {
      return documents.computeIfAbsent(
          choice, each -> DocumentScorer.open(scorer, each.request(), note -> {}));
    }
  }
}
