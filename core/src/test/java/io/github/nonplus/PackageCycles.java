package io.github.nonplus;

import io.github.nonplus.SourceTree.Source;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Packages of a module that know each other in a circle, directly or by way of others. A package
/// may be in several modules: what counts is the type that is named, if it is the module's own.
final class PackageCycles {
  private static final Pattern MENTION =
      Pattern.compile("\\bio\\.github\\.nonplus\\.([a-z][a-z0-9.]*)\\.([A-Z]\\w*)");

  private PackageCycles() {}

  /// The largest sets of packages in which each one reaches every other.
  static Set<Set<String>> of(List<Source> sources) {
    Set<String> own = new HashSet<>();
    sources.forEach(source -> own.add(source.packageName() + "." + type(source)));
    Map<String, Set<String>> known = new TreeMap<>();
    for (Source source : sources) {
      Set<String> mentioned = known.computeIfAbsent(source.packageName(), _ -> new TreeSet<>());
      MENTION
          .matcher(source.text())
          .results()
          .filter(match -> own.contains(match.group(1) + "." + match.group(2)))
          .map(match -> match.group(1))
          .filter(name -> !name.equals(source.packageName()))
          .forEach(mentioned::add);
    }
    Map<String, Set<String>> reached = new TreeMap<>();
    known.keySet().forEach(name -> reached.put(name, reachedFrom(name, known)));
    Set<Set<String>> circles = new HashSet<>();
    for (String name : known.keySet()) {
      Set<String> circle = new TreeSet<>(reached.get(name));
      circle.removeIf(other -> !reached.get(other).contains(name));
      if (circle.size() > 1) {
        circles.add(circle);
      }
    }
    return circles;
  }

  private static String type(Source source) {
    return source.path().getFileName().toString().replace(".java", "");
  }

  private static Set<String> reachedFrom(String name, Map<String, Set<String>> known) {
    Set<String> reached = new TreeSet<>();
    Set<String> next = new TreeSet<>(known.get(name));
    while (!next.isEmpty()) {
      reached.addAll(next);
      Set<String> further = new TreeSet<>();
      next.forEach(each -> further.addAll(known.get(each)));
      further.removeAll(reached);
      next = further;
    }
    return reached;
  }
}
