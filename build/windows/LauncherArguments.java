import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;

/// Starts both launchers of Windows with awkward arguments and compares what arrives, which the
/// class in `echo` prints in the place of the command line: `LauncherArguments EXE CMD`.
///
/// The executable gets each as it is. To a batch file cmd.exe passes what is left of a line that it
/// has read itself: there an argument stands in quotes, and what no quotes can shield from it (a
/// quote beside its own characters, a tab, two percent signs, or one and nothing else) is left out.
/// So is one percent sign under Wine, whose cmd.exe looks for names of variables even in what it has
/// just put in the place of `%*`; Windows' does not.
final class LauncherArguments {
  private static final int AT_ONCE = 12;

  private static final List<String> ARGUMENTS =
      List.of(
          "plain", "", " ", "two words", " leading", "trailing ", "tab\tinside", "--option=value",
          "--option=with space", "-", "--", "/", "\\", "\\\\", "a\\", "a b\\", "a b\\\\",
          "C:\\Program Files (x86)\\models\\", "C:/forward/slashes", "\\\\server\\share\\file",
          "\\\\?\\C:\\very\\long", "D:relative", "..\\up", ".\\here", "~", "*", "?", "*.txt", "a?b",
          "[a-z]", "{x,y}", "!", "hello!", "!name!", "^", "a^b", "^^", "100%", "%", "%%",
          "%nonplus_undefined%", "&", "a&b", "|", "<", ">", "a>b", "(x)", "a;b,c=d", "@file", "@@",
          "'single'", "`tick`", "$HOME", "#5", "naïve", "größe ß ı", "模型", "Ελληνικά кириллица",
          "emoji 🙂", "\u00e9 and e\u0301", "\u200f\u05d0\u05d1", "NUL", "CON.txt", "x".repeat(300),
          "\"", "a\"b", "\"quoted\"", "say \"hi there\"", "a\\\"b", "a\\\\\"b", "\"\"", "a\"\"b",
          "ends with quote\"", "\"&calc", "\"|more");

  private static final String UNSHIELDED = "(?s).*\"[^\"]*[&|<>^].*|.*\t.*|.*%.*%.*|%";

  public static void main(String[] arguments) throws Exception {
    boolean right = areRight(arguments[0], ARGUMENTS);
    boolean keepsPercent = keepsPercent();
    List<String> shielded =
        ARGUMENTS.stream()
            .filter(each -> !each.matches(UNSHIELDED))
            .filter(each -> keepsPercent || !each.contains("%"))
            .sorted(Comparator.comparing(each -> each.contains("%")))
            .toList();
    List<String> line = new ArrayList<>();
    for (List<String> part : parts(shielded)) {
      StringBuilder words = new StringBuilder("\"" + quoted(arguments[1]));
      part.forEach(each -> words.append(' ').append(quoted(each)));
      line.add(words.append('"').toString());
    }
    for (int i = 0; i < line.size(); i++) {
      right &= isRight("cmd", parts(shielded).get(i), List.of("cmd.exe", "/d", "/s", "/c", line.get(i)));
    }
    System.out.printf(
        "%d arguments to the executable, %d to the batch file%s%n",
        ARGUMENTS.size(),
        shielded.size(),
        keepsPercent ? "" : "; left out there for this cmd.exe, which is not Windows': one %");
    System.exit(right ? 0 : 1);
  }

  /// Whether a percent sign is left alone in what stands for `%*`.
  private static boolean keepsPercent() throws IOException, InterruptedException {
    Path batch = Files.writeString(Files.createTempFile("percent", ".cmd"), "@echo %*\r\n");
    Process process =
        new ProcessBuilder("cmd.exe", "/d", "/s", "/c", "\"\"" + batch + "\" 1%\"").start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    process.waitFor();
    Files.delete(batch);
    return out.strip().equals("1%");
  }

  private static List<List<String>> parts(List<String> all) {
    List<List<String>> parts = new ArrayList<>();
    for (int i = 0; i < all.size(); ) {
      int end = i + 1;
      while (end < all.size() && end < i + AT_ONCE && !all.get(end).contains("%")) {
        end++;
      }
      parts.add(all.subList(i, end));
      i = end;
    }
    return parts;
  }

  private static boolean areRight(String program, List<String> all) throws Exception {
    boolean right = true;
    for (List<String> part : parts(all)) {
      List<String> command = new ArrayList<>(List.of(program));
      part.forEach(each -> command.add(quoted(each)));
      right &= isRight("exe", part, command);
    }
    return right;
  }

  private static boolean isRight(String name, List<String> expected, List<String> command)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    List<String> found =
        out.lines()
            .filter(line -> line.startsWith("="))
            .map(line -> Base64.getDecoder().decode(line.substring(1)))
            .map(bytes -> new String(bytes, StandardCharsets.UTF_16BE))
            .toList();
    int code = process.waitFor();
    boolean right = found.equals(expected) && code == expected.size();
    if (!right) {
      System.out.println(name + ": exit code " + code + "\n  " + expected + "\n  " + found);
      if (found.isEmpty()) {
        System.out.println(out);
      }
    }
    return right;
  }

  /// By the rules of Microsoft's C library. ProcessBuilder leaves alone what begins and ends with a
  /// quote.
  private static String quoted(String argument) {
    String inner = argument.replaceAll("(\\\\*)\"", "$1$1\\\\\"").replaceAll("(\\\\+)$", "$1$1");
    return '"' + inner + '"';
  }
}
