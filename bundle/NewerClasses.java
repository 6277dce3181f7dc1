import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.constant.ClassDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Gives the classes of jars that were compiled for a Java before 6 the format of Java 8:
/// `NewerClasses JAR…`. A JVM remembers no class of an older format from one start to the next, and
/// checks it anew with a slow verifier; of picocli, that takes a tenth of a second at every start.
/// What the classes do stays the same; what is added are the stack maps of newer formats. Jars of
/// newer classes stay as they are. The same jar gives the same bytes.
final class NewerClasses {
  private static final int FIRST_REMEMBERED = ClassFile.JAVA_6_VERSION;
  private static final int MAJOR_VERSION_BYTE = 7;
  private static final String NOTICE = "META-INF/NONPLUS-NOTICE.txt";

  private NewerClasses() {}

  public static void main(String[] jars) throws IOException {
    for (String jar : jars) {
      Path path = Path.of(jar);
      byte[] newer;
      try (ZipFile zip = new ZipFile(path.toFile())) {
        newer = newer(zip);
      }
      if (newer != null) {
        Files.write(path, newer);
      }
    }
  }

  /// The jar's bytes with newer classes; null if none of its classes is old.
  private static byte[] newer(ZipFile zip) throws IOException {
    List<? extends ZipEntry> entries = Collections.list(zip.entries());
    ClassFile classes = classes(zip);
    int changed = 0;
    ByteArrayOutputStream result = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(result)) {
      for (ZipEntry entry : entries) {
        byte[] content = bytes(zip, entry);
        if (entry.getName().endsWith(".class") && content[MAJOR_VERSION_BYTE] < FIRST_REMEMBERED) {
          content = newer(classes, content);
          changed++;
        }
        write(out, entry.getName(), entry.getTime(), content);
      }
      String notice =
          "Nonplus's build gave %d classes of this jar the class file format of Java 8. Nothing else is changed.\n";
      write(
          out,
          NOTICE,
          entries.getFirst().getTime(),
          notice.formatted(changed).getBytes(StandardCharsets.UTF_8));
    }
    return changed == 0 ? null : result.toByteArray();
  }

  private static byte[] newer(ClassFile classes, byte[] content) {
    ClassTransform version =
        (to, element) -> {
          if (element instanceof ClassFileVersion) {
            to.withVersion(ClassFile.JAVA_8_VERSION, 0);
          } else {
            to.with(element);
          }
        };
    // Every method's code is written again, because that is when its stack maps are made.
    ClassTransform code = ClassTransform.transformingMethodBodies((to, element) -> to.with(element));
    return classes.transformClass(classes.parse(content), version.andThen(code));
  }

  /// Writes classes with new stack maps, for which it looks up what extends what: in the jar, else in
  /// Java.
  private static ClassFile classes(ZipFile zip) {
    ClassHierarchyResolver resolver =
        ClassHierarchyResolver.ofResourceParsing(type -> resource(zip, type));
    return ClassFile.of(
        ConstantPoolSharingOption.NEW_POOL,
        StackMapsOption.GENERATE_STACK_MAPS,
        ClassHierarchyResolverOption.of(resolver));
  }

  private static InputStream resource(ZipFile zip, ClassDesc type) {
    String descriptor = type.descriptorString();
    String name = descriptor.substring(1, descriptor.length() - 1) + ".class";
    ZipEntry entry = zip.getEntry(name);
    try {
      return entry == null ? ClassLoader.getSystemResourceAsStream(name) : zip.getInputStream(entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(ZipFile zip, ZipEntry entry) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  private static void write(ZipOutputStream out, String name, long time, byte[] content)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTime(time);
    out.putNextEntry(entry);
    out.write(content);
    out.closeEntry();
  }
}
