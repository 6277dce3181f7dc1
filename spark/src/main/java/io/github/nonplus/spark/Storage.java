package io.github.nonplus.spark;

import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.failure.OutputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/// A folder wherever Hadoop's file systems reach: local, HDFS, an object store.
///
/// @param folder as Hadoop names it
record Storage(Path folder, FileSystem system) {
  static Storage of(String name, Configuration configuration) {
    try {
      Path folder = new Path(name);
      FileSystem system = folder.getFileSystem(configuration);
      return new Storage(system.makeQualified(folder), system);
    } catch (IOException | IllegalArgumentException e) {
      throw new OutputException(
          "'%s' names no place that can be used: %s".formatted(name, e.getMessage()), e);
    }
  }

  /// Something done with files.
  private interface Work<T> {
    T run() throws IOException;
  }

  private <T> T did(String what, Work<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new OutputException(
          "%s cannot be %s: %s; look at the folder and its rights"
              .formatted(folder, what, e.getMessage()),
          e);
    }
  }

  boolean exists(String name) {
    return did("looked at", () -> system.exists(new Path(folder, name)));
  }

  boolean exists() {
    return did("looked at", () -> system.exists(folder));
  }

  /// Names in the folder; none if it is not there.
  List<String> names() {
    return did(
        "listed",
        () -> {
          List<String> names = new ArrayList<>();
          if (system.exists(folder)) {
            for (FileStatus status : system.listStatus(folder)) {
              names.add(status.getPath().getName());
            }
          }
          names.sort(null);
          return names;
        });
  }

  /// All files of a folder and of those within it, or the one file; names that begin with a line or
  /// a dot are hidden. In the order of their names, so that an input is divided the same way
  /// always.
  List<String> files() {
    List<String> files = new ArrayList<>();
    try {
      if (system.getFileStatus(folder).isFile()) {
        return List.of(folder.toString());
      }
      RemoteIterator<LocatedFileStatus> all = system.listFiles(folder, true);
      while (all.hasNext()) {
        Path file = all.next().getPath();
        if (!isHidden(folder.toUri().relativize(file.toUri()).getPath())) {
          files.add(file.toString());
        }
      }
    } catch (IOException e) {
      throw new CorpusException(
          "%s cannot be read: %s; give a file or a folder of files with --input"
              .formatted(folder, e.getMessage()),
          e);
    }
    if (files.isEmpty()) {
      throw new CorpusException("%s holds no files; give another --input".formatted(folder));
    }
    files.sort(null);
    return files;
  }

  private static boolean isHidden(String path) {
    for (String name : path.split("/")) {
      if (name.startsWith("_") && !name.contains("=") || name.startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  /// A file's text.
  String read(String name) {
    return did(
        "read",
        () -> {
          try (InputStream in = system.open(new Path(folder, name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
          }
        });
  }

  /// Writes a file, complete or absent.
  void write(String name, String text) {
    did(
        "written",
        () -> {
          Path draft = new Path(folder, "_draft-" + name);
          try (OutputStream out = system.create(draft, true)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
          }
          return rename(draft, new Path(folder, name));
        });
  }

  /// Puts a local file there, complete or absent.
  void put(java.nio.file.Path local, String name) {
    did(
        "written",
        () -> {
          Path draft = new Path(folder, "_draft-" + name);
          system.copyFromLocalFile(false, true, new Path(local.toUri()), draft);
          return rename(draft, new Path(folder, name));
        });
  }

  /// Copies a file from there.
  void get(String name, java.nio.file.Path local) {
    did(
        "read",
        () -> {
          system.copyToLocalFile(false, new Path(folder, name), new Path(local.toUri()), true);
          return null;
        });
  }

  private boolean rename(Path from, Path to) throws IOException {
    if (!system.rename(from, to)) {
      system.delete(to, false);
      if (!system.rename(from, to)) {
        throw new IOException("%s cannot be renamed to %s".formatted(from, to));
      }
    }
    return true;
  }

  void delete(String name) {
    did("changed", () -> system.delete(new Path(folder, name), true));
  }

  void move(String name, String to) {
    did("changed", () -> rename(new Path(folder, name), new Path(folder, to)));
  }

  void make() {
    did("made", () -> system.mkdirs(folder));
  }

  Storage within(String name) {
    return new Storage(new Path(folder, name), system);
  }
}
