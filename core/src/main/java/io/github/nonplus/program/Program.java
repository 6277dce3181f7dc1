package io.github.nonplus.program;

import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Spread;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A straight list of operations that turns the tokens of a batch into one result: the negative
/// log-likelihoods of [io.github.nonplus.program.op.Score], or the buffer that the last operation
/// writes.
///
/// Checked on construction: every buffer is written once and before it is read, rows fit each
/// other, and nothing follows a score.
public record Program(List<Operation> operations) {
  public Program {
    operations = List.copyOf(operations);
    if (operations.isEmpty()) {
      throw new IllegalArgumentException("a program without operations");
    }
    Map<String, Buffer> written = new HashMap<>();
    requireOneRoutedSpace(operations);
    for (Operation operation : operations) {
      if (!operation.rowsFit()) {
        throw new IllegalArgumentException("rows do not fit each other in " + operation.text());
      }
      if (operation.ends() && operation != operations.getLast()) {
        throw new IllegalArgumentException("a score that does not end the program");
      }
      for (View view : operation.inputs()) {
        if (!view.buffer().equals(written.get(view.buffer().name()))) {
          throw new IllegalArgumentException(view.buffer() + " is read before it is written");
        }
      }
      operation
          .result()
          .ifPresent(
              buffer -> {
                if (written.put(buffer.name(), buffer) != null) {
                  throw new IllegalArgumentException(buffer + " is written twice");
                }
              });
    }
  }

  /// A space of routed rows ends where the next begins, and all that compute in it know its
  /// routing: so a device keeps the order of one space at a time.
  private static void requireOneRoutedSpace(List<Operation> operations) {
    Set<Buffer> open = new HashSet<>();
    View routing = null;
    for (Operation operation : operations) {
      View own = operation.findRouting().orElse(routing);
      if (operation instanceof Spread) {
        open.clear();
        routing = own;
      }
      boolean inside =
          operation.inputs().stream()
              .map(View::buffer)
              .filter(buffer -> buffer.rows() instanceof RowSpace.Routed)
              .allMatch(open::contains);
      if (!inside || (own != null && !own.equals(routing))) {
        throw new IllegalArgumentException("rows of another routing in " + operation.text());
      }
      operation.result().filter(b -> b.rows() instanceof RowSpace.Routed).ifPresent(open::add);
    }
  }

  /// All checkpoint tensors that the program needs, in the order of first use.
  public List<Parameter> parameters() {
    Set<Parameter> parameters = new LinkedHashSet<>();
    operations.forEach(operation -> parameters.addAll(operation.parameters()));
    return List.copyOf(parameters);
  }

  /// All buffers in the order in which they are written.
  public List<Buffer> buffers() {
    List<Buffer> buffers = new ArrayList<>();
    operations.forEach(operation -> operation.result().ifPresent(buffers::add));
    return buffers;
  }

  /// The longest window that every operation computes, in tokens; no limit is [Integer#MAX_VALUE].
  public int longestWindow() {
    return operations.stream().mapToInt(Operation::longestWindow).min().orElseThrow();
  }

  /// The program as text, one operation a line.
  public String text() {
    StringBuilder text = new StringBuilder();
    operations.forEach(each -> text.append(each.text()).append('\n'));
    return text.toString();
  }
}
