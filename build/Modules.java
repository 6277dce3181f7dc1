import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.attribute.ModuleHashesAttribute;
import java.lang.classfile.attribute.ModuleResolutionAttribute;
import java.lang.classfile.attribute.ModuleTargetAttribute;
import java.nio.file.Files;
import java.nio.file.Path;

/// Makes the classes of a JDK's modules, a folder each, ready to be linked to a runtime of another
/// system or with other modules: `Modules FOLDER SYSTEM [wine]`, with SYSTEM as modules name their
/// target (`linux-amd64`, `windows-amd64`).
///
/// Every module becomes one of that system, and java.base forgets the digests of the modules that it
/// was built with. The Vector API loses its mark as an incubating module, for which a JVM would print
/// a warning at each start: who builds a runtime with it has decided to use it.
void main(String[] arguments) throws IOException {
  Path modules = Path.of(arguments[0]);
  try (var folders = Files.list(modules)) {
    for (Path folder : folders.toList()) {
      rewrite(
          folder.resolve("module-info.class"),
          ClassTransform.dropping(
                  each ->
                      each instanceof ModuleHashesAttribute
                          || each instanceof ModuleTargetAttribute
                          || each instanceof ModuleResolutionAttribute)
              .andThen(
                  ClassTransform.endHandler(
                      builder -> builder.with(ModuleTargetAttribute.of(arguments[1])))));
    }
  }
  if (arguments.length > 2) {
    // Seeds of SecureRandom, so also names of temporary files, without the network's interfaces:
    // Wine before 10 lacks GetAnycastIpAddressTable, which ends the process.
    rewrite(
        modules.resolve("java.base/sun/security/provider/SeedGenerator.class"),
        ClassTransform.transformingMethodBodies(
            method -> method.methodName().equalsString("addNetworkAdapterInfo"), new EmptyBody()));
  }
}

/// Nothing but a return.
static final class EmptyBody implements CodeTransform {
  @Override
  public void accept(CodeBuilder builder, CodeElement element) {}

  @Override
  public void atEnd(CodeBuilder builder) {
    builder.return_();
  }
}

static void rewrite(Path file, ClassTransform transform) throws IOException {
  ClassFile context = ClassFile.of();
  Files.write(file, context.transformClass(context.parse(file), transform));
}
