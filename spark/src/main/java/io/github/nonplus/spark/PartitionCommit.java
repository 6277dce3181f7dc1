package io.github.nonplus.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.spark.internal.io.FileCommitProtocol;
import org.apache.spark.internal.io.FileNameSpec;
import scala.Option;
import scala.collection.immutable.Seq;

/// Puts each partition's file in its place when its task ends, not when the job does: whatever ends
/// the job then costs the partitions under way and no other. A file is complete or absent, and its
/// name is its partition's, so that of two attempts at one partition, which write the same bits,
/// the first that ends stays.
///
/// Spark makes one by its class's name.
public final class PartitionCommit extends FileCommitProtocol implements Serializable {
  /// Within the output, and hidden from whoever reads it.
  private static final String ATTEMPTS = "_attempts";

  private static final String SUCCESS = "_SUCCESS";

  private final String folder;

  /// @param job which Spark counts
  /// @param folder the output
  public PartitionCommit(String job, String folder) {
    this.folder = folder;
  }

  /// The start of the name of a partition's file.
  static String name(int partition) {
    return String.format(Locale.ROOT, "part-%05d", partition);
  }

  private Path attempts() {
    return new Path(folder, ATTEMPTS);
  }

  private Path attempt(TaskAttemptContext task) {
    return new Path(attempts(), task.getTaskAttemptID().toString());
  }

  private FileSystem system(JobContext job) throws IOException {
    return new Path(folder).getFileSystem(job.getConfiguration());
  }

  @Override
  public void setupJob(JobContext job) {
    undisturbed(
        () -> {
          system(job).delete(attempts(), true); // of a driver that died
          system(job).mkdirs(attempts());
        });
  }

  @Override
  public void commitJob(JobContext job, Seq<FileCommitProtocol.TaskCommitMessage> tasks) {
    undisturbed(
        () -> {
          system(job).delete(attempts(), true);
          system(job).create(new Path(folder, SUCCESS), true).close();
        });
  }

  @Override
  public void abortJob(JobContext job) {
    undisturbed(() -> system(job).delete(attempts(), true));
  }

  @Override
  public void setupTask(TaskAttemptContext task) {}

  @Override
  public String newTaskTempFile(
      TaskAttemptContext task, Option<String> subfolder, FileNameSpec spec) {
    if (subfolder.isDefined()) {
      throw new IllegalStateException("scores are written into one folder");
    }
    String name = name(task.getTaskAttemptID().getTaskID().getId());
    return new Path(attempt(task), spec.prefix() + name + spec.suffix()).toString();
  }

  @Override
  public String newTaskTempFileAbsPath(
      TaskAttemptContext task, String absolute, FileNameSpec spec) {
    throw new IllegalStateException("scores are written into one folder");
  }

  @Override
  public FileCommitProtocol.TaskCommitMessage commitTask(TaskAttemptContext task) {
    undisturbed(
        () -> {
          FileSystem system = system(task);
          Path attempt = attempt(task);
          if (system.exists(attempt)) {
            for (FileStatus written : system.listStatus(attempt)) {
              place(system, written.getPath());
            }
            system.delete(attempt, true);
          }
        });
    return new FileCommitProtocol.TaskCommitMessage(null);
  }

  private void place(FileSystem system, Path written) throws IOException {
    Path place = new Path(folder, written.getName());
    if (!system.exists(place) && !system.rename(written, place) && !system.exists(place)) {
      throw new IOException("%s cannot be renamed to %s".formatted(written, place));
    }
  }

  @Override
  public void abortTask(TaskAttemptContext task) {
    undisturbed(() -> system(task).delete(attempt(task), true));
  }

  /// Work on files.
  private interface Work {
    void run() throws IOException;
  }

  private static void undisturbed(Work work) {
    try {
      work.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
