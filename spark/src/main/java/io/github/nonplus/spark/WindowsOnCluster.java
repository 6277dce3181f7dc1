package io.github.nonplus.spark;

import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.failure.OutputException;
import io.github.nonplus.files.Scratch;
import io.github.nonplus.journal.Shard;
import io.github.nonplus.perplexity.DividedRun;
import io.github.nonplus.perplexity.MachineAccount;
import io.github.nonplus.perplexity.ScoringModel;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.weights.ModelWeights;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.Function2;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/// The windows of a file scored over a cluster, part by part. The journal of a part is in its
/// folder as soon as the part is done; those of all parts are joined to the result of one run.
final class WindowsOnCluster {
  private final JavaSparkContext spark;
  private final ModelChoice choice;
  private final Consumer<String> note;

  WindowsOnCluster(JavaSparkContext spark, ModelChoice choice, Consumer<String> note) {
    this.spark = spark;
    this.choice = choice;
    this.note = note;
  }

  /// A part's windows on their way to an executor.
  private record Part(int index, List<int[]> windows, int[] scored, boolean lastFed)
      implements Serializable {
    static Part of(Windows all, Shard shard) {
      List<int[]> windows = new ArrayList<>();
      List<Integer> scored = new ArrayList<>();
      for (int w = shard.first(all.count()); w < shard.end(all.count()); w++) {
        windows.add(all.window(w));
        scored.add(all.scored(w));
      }
      return new Part(
          shard.index(),
          windows,
          scored.stream().mapToInt(Integer::intValue).toArray(),
          all.lastFed());
    }
  }

  /// A part's losses on their way back.
  ///
  /// @param firsts of each window the position of its first loss
  private record Done(
      int index,
      String identity,
      String build,
      String session,
      double seconds,
      int[] firsts,
      double[][] nll)
      implements Serializable {
    MachineAccount machine() {
      return new MachineAccount(identity, build, session);
    }

    List<WindowScore> scores() {
      List<WindowScore> scores = new ArrayList<>();
      for (int w = 0; w < nll.length; w++) {
        scores.add(new WindowScore(w, firsts[w], nll[w]));
      }
      return scores;
    }
  }

  /// Scores one part on an executor.
  private record Task(ModelChoice choice, Expected expected) implements Serializable {
    Done of(Part part) {
      ExecutorModel model = ExecutorModel.of(choice, expected);
      long start = System.nanoTime();
      List<WindowScore> scores =
          model.scorer().score(Windows.of(part.windows(), part.scored(), part.lastFed()));
      MachineAccount machine = model.scorer().machine();
      return new Done(
          part.index(),
          machine.identity(),
          machine.build(),
          machine.session(),
          (System.nanoTime() - start) / 1e9,
          scores.stream().mapToInt(WindowScore::first).toArray(),
          scores.stream().map(WindowScore::tokenNll).toArray(double[][]::new));
    }
  }

  /// Scores what is not in the folder yet.
  ///
  /// @param parts into how many the windows are divided
  /// @param folder of the journals
  /// @param local takes copies of the journals
  /// @return the journals of all parts, on this machine
  List<Path> run(Path input, int parts, Storage folder, Scratch local) {
    JavaVersion.require();
    ScoringModel model = ModelCheck.open(choice, note);
    WindowsFile file = WindowsFile.read(input);
    try (ModelWeights weights = model.directory().openWeights()) {
      int divided = Math.min(parts, Math.max(1, file.windows().count()));
      DividedRun run = DividedRun.of(model, weights, file, divided, note);
      Expected expected = new Expected(run.weightsSha256(), null, null);
      MachineAccount machine = new Probe(choice, Optional.empty()).ask(spark, expected);
      folder.make();
      List<Path> journals = new ArrayList<>();
      List<Part> missing = new ArrayList<>();
      List<String> there = folder.names();
      for (int p = 1; p <= divided; p++) {
        Shard shard = new Shard(p, divided);
        Path journal = local.resolve(name(shard));
        journals.add(journal);
        if (there.contains(name(shard))) {
          folder.get(name(shard), journal);
        }
        if (!there.contains(name(shard)) || !run.isFinished(journal, shard, machine)) {
          missing.add(Part.of(file.windows(), shard));
        }
      }
      if (missing.size() < divided) {
        note.accept(
            "%d of %d parts are in %s already."
                .formatted(divided - missing.size(), divided, folder.folder()));
      }
      compute(
          missing,
          new Task(choice, expected.with(machine)),
          done -> {
            Shard shard = new Shard(done.index(), divided);
            Path journal = journals.get(done.index() - 1);
            remove(journal);
            run.write(journal, shard, done.machine(), done.seconds(), done.scores());
            folder.put(journal, name(shard));
          });
      return journals;
    }
  }

  static String name(Shard shard) {
    return "part-%06d-of-%06d.journal".formatted(shard.index(), shard.of());
  }

  private static void remove(Path journal) {
    try {
      java.nio.file.Files.deleteIfExists(journal);
    } catch (IOException e) {
      throw new OutputException("%s cannot be removed: %s".formatted(journal, e.getMessage()), e);
    }
  }

  /// A function that Spark sends to executors.
  private interface Sent<A, B, C> extends Function2<A, B, C>, Serializable {}

  private void compute(List<Part> parts, Task task, Consumer<Done> sink) {
    if (parts.isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    RDD<Part> rdd = spark.parallelize(parts, parts.size()).rdd();
    Sent<TaskContext, Iterator<Part>, Done> work = (context, each) -> task.of(each.next());
    Sent<Object, Done, BoxedUnit> take =
        (index, done) -> {
          sink.accept(done);
          return BoxedUnit.UNIT;
        };
    Object[] all = new Object[parts.size()];
    Arrays.setAll(all, index -> index);
    Seq<Object> indices = CollectionConverters.asScala(Arrays.asList(all)).toSeq();
    spark.sc().runJob(rdd, work, indices, take, ClassTag$.MODULE$.apply(Done.class));
    note.accept(
        String.format(
            java.util.Locale.ROOT,
            "Computed %d parts in %.2f s.",
            parts.size(),
            (System.nanoTime() - start) / 1e9));
  }
}
