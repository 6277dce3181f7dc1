package io.github.nonplus.device.opencl.binding;

import io.github.nonplus.files.InputFile;
import io.github.nonplus.files.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Which OpenCL drivers are installed, in which version, as far as files tell it without loading
/// one: lengths and times of the loader, of the lists of drivers and of the drivers they name.
final class DriverFiles {
  private static final List<String> VARIABLES =
      List.of(
          "OCL_ICD_VENDORS",
          "OCL_ICD_FILENAMES",
          "OPENCL_VENDOR_PATH",
          "LD_LIBRARY_PATH",
          "POCL_DEVICES");

  private static final List<String> LIBRARIES =
      List.of("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/system/vendor/lib64");

  private static final long LONGEST_NAME = 4096;

  private final List<String> facts = new ArrayList<>();

  private DriverFiles() {}

  /// A digest that is another one after a driver was installed, updated or removed.
  static String sha256(String loader, Map<String, String> environment) {
    DriverFiles files = new DriverFiles();
    files.facts.add(loader);
    for (String property : List.of("os.name", "os.version", "os.arch")) {
      files.facts.add(System.getProperty(property));
    }
    VARIABLES.forEach(name -> files.facts.add(name + "=" + environment.get(name)));
    String windows = environment.get("SystemRoot");
    if (windows != null) {
      files.add(windows + "\\System32\\OpenCL.dll");
      // Every driver that is installed gets a folder of its own there.
      files.add(windows + "\\System32\\DriverStore\\FileRepository");
    }
    files.add(loader);
    files.add("/sys/module/nvidia/version");
    files.addList(environment.getOrDefault("OCL_ICD_VENDORS", "/etc/OpenCL/vendors"));
    return Sha256.of(String.join("\n", files.facts).getBytes(StandardCharsets.UTF_8));
  }

  /// A file or folder, and for a bare name the one of the system's libraries.
  private void add(String name) {
    List<Path> places = new ArrayList<>();
    try {
      places.add(Path.of(name));
      if (!name.contains("/") && !name.contains("\\")) {
        for (String folder : LIBRARIES) {
          places.add(Path.of(folder, name));
          places.add(Path.of(folder, System.getProperty("os.arch") + "-linux-gnu", name));
          places.add(Path.of(folder, "x86_64-linux-gnu", name));
          places.add(Path.of(folder, "aarch64-linux-gnu", name));
        }
      }
    } catch (InvalidPathException e) {
      return; // names no file
    }
    for (Path place : places) {
      try {
        facts.add(
            "%s %d %s"
                .formatted(place, Files.size(place), Files.getLastModifiedTime(place).toInstant()));
      } catch (IOException e) {
        // not there
      }
    }
  }

  /// A folder of files that name one driver each, or one such file.
  private void addList(String place) {
    TreeSet<Path> lists = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(place), "*.icd")) {
      files.forEach(lists::add);
    } catch (IOException | DirectoryIteratorException | InvalidPathException e) {
      facts.add(place);
    }
    for (Path list : lists) {
      add(list.toString());
      try {
        if (Files.size(list) <= LONGEST_NAME) {
          String driver = new String(InputFile.bytes(list), StandardCharsets.UTF_8).strip();
          facts.add(driver);
          add(driver);
        }
      } catch (IOException e) {
        facts.add("unreadable");
      }
    }
  }
}
