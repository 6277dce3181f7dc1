package io.github.nonplus.device;

import io.github.nonplus.program.op.Convolve;
import io.github.nonplus.program.op.Decay;
import io.github.nonplus.program.op.Scan;
import io.github.nonplus.program.op.ScanLaw;
import io.github.nonplus.program.op.Softplus;
import io.github.nonplus.program.op.StoredRate;
import io.github.nonplus.program.op.Taps;

/// The operations of recurrent layers as their documentation says them, in float64: each row from
/// all that were before it.
record PlainRecurrences(PlainOperations operands, Batch batch) {
  /// Row by row.
  double[][] of(Convolve convolve) {
    double[] bias = convolve.bias() == null ? null : operands.vector(convolve.bias());
    int length = convolve.taps().length();
    return rows(
        convolve.output().width(),
        (start, token, row) -> {
          for (int c = 0; c < row.length; c++) {
            row[c] = bias == null ? 0 : bias[c];
            for (int back = Math.min(length - 1, token - start); back >= 0; back--) {
              row[c] +=
                  tap(convolve.taps(), c, back) * operands.read(convolve.input(), token - back)[c];
            }
          }
        });
  }

  private double tap(Taps taps, int column, int back) {
    return switch (taps) {
      case Taps.Learnt learnt ->
          operands.matrix(learnt.parameter())[column][learnt.length() - 1 - back];
      case Taps.Blend blend -> {
        double m = operands.vector(blend.parameter())[column];
        yield back == 0 ? m : 1 - m;
      }
    };
  }

  double[][] of(Softplus softplus) {
    double[] bias = softplus.bias() == null ? null : operands.vector(softplus.bias());
    return rows(
        softplus.output().width(),
        (_, token, row) -> {
          double[] x = operands.read(softplus.input(), token);
          for (int c = 0; c < row.length; c++) {
            double plus = Math.log1p(Math.exp(x[c] + (bias == null ? 0 : bias[c])));
            row[c] = Math.clamp(plus, softplus.least(), softplus.most());
          }
        });
  }

  double[][] of(Decay decay) {
    double[] rates = operands.vector(decay.rates());
    int group = decay.output().width() / rates.length;
    return rows(
        decay.output().width(),
        (_, token, row) -> {
          double[] x = operands.read(decay.input(), token);
          for (int c = 0; c < row.length; c++) {
            row[c] = Math.exp(factor(decay.stored(), rates[c / group]) * x[c]);
          }
        });
  }

  private static double factor(StoredRate stored, double number) {
    return switch (stored) {
      case RATE -> -Math.exp(number);
      case FACTOR -> number;
    };
  }

  double[][] of(Scan scan) {
    return switch (scan.law()) {
      case ScanLaw.Memory law -> memory(law);
      case ScanLaw.Selective law -> selective(law);
      case ScanLaw.Gated law -> gated(law);
      case ScanLaw.Weighted law -> weighted(law);
    };
  }

  private double[][] memory(ScanLaw.Memory law) {
    double[] skip = law.skip() == null ? null : operands.vector(law.skip());
    int keys = law.keySize();
    int values = law.valueSize();
    double[][][] state = new double[law.heads()][keys][values];
    return rows(
        law.width(),
        (start, token, row) -> {
          for (int head = 0; head < law.heads(); head++) {
            double[][] s = token == start ? state[head] = new double[keys][values] : state[head];
            int shared = head / law.headsPerKey();
            double[] k = operands.read(law.key(), token);
            double[] q = operands.read(law.query(), token);
            double[] v = operands.read(law.value(), token);
            double step = law.step() == null ? 1 : operands.read(law.step(), token)[head];
            for (int j = 0; j < values; j++) {
              double recalled = 0;
              for (int i = 0; i < keys; i++) {
                s[i][j] *= decay(law, token, head, i);
                recalled += law.corrects() ? s[i][j] * k[shared * keys + i] : 0;
              }
              double value = v[head * values + j];
              for (int i = 0; i < keys; i++) {
                s[i][j] += k[shared * keys + i] * step * (value - recalled);
                row[head * values + j] += s[i][j] * law.scale() * q[shared * keys + i];
              }
              row[head * values + j] += skip == null ? 0 : skip[head] * value;
            }
          }
        });
  }

  private double decay(ScanLaw.Memory law, int token, int head, int key) {
    if (law.decay() == null) {
      return law.decays().get(head);
    }
    return operands
        .read(law.decay(), token)[law.decaysByColumn() ? head * law.keySize() + key : head];
  }

  private double[][] selective(ScanLaw.Selective law) {
    double[][] rates = operands.matrix(law.rates());
    double[] skip = operands.vector(law.skip());
    double[][] h = new double[law.width()][];
    return rows(
        law.width(),
        (start, token, row) -> {
          double[] x = operands.read(law.input(), token);
          double[] step = operands.read(law.step(), token);
          double[] key = operands.read(law.key(), token);
          double[] query = operands.read(law.query(), token);
          for (int c = 0; c < row.length; c++) {
            h[c] = token == start ? new double[law.states()] : h[c];
            row[c] = skip[c] * x[c];
            for (int n = 0; n < law.states(); n++) {
              double kept = Math.exp(factor(law.stored(), rates[c][n]) * step[c]);
              h[c][n] = kept * h[c][n] + step[c] * x[c] * key[n];
              row[c] += h[c][n] * query[n];
            }
          }
        });
  }

  private double[][] gated(ScanLaw.Gated law) {
    double[] rates = operands.vector(law.rates());
    double[] h = new double[law.width()];
    return rows(
        law.width(),
        (start, token, row) -> {
          double[] x = operands.read(law.input(), token);
          double[] gate = operands.read(law.gate(), token);
          double[] recurrence = operands.read(law.recurrence(), token);
          for (int c = 0; c < row.length; c++) {
            double a = Math.exp(-8 * recurrence[c] * Math.log1p(Math.exp(rates[c])));
            double input = gate[c] * x[c];
            h[c] = token == start ? input : a * h[c] + Math.sqrt(1 - a * a) * input;
            row[c] = h[c];
          }
        });
  }

  private double[][] weighted(ScanLaw.Weighted law) {
    double[] rates = operands.vector(law.rates());
    double[] first = operands.vector(law.first());
    return rows(
        law.width(),
        (start, token, row) -> {
          for (int c = 0; c < row.length; c++) {
            double values = 0;
            double weights = 0;
            for (int i = start; i <= token; i++) {
              double key = operands.read(law.key(), i)[c];
              double weight =
                  Math.exp(
                      i == token ? key + first[c] : key - (token - 1 - i) * Math.exp(rates[c]));
              values += weight * operands.read(law.value(), i)[c];
              weights += weight;
            }
            row[c] = values / weights;
          }
        });
  }

  @FunctionalInterface
  private interface Row {
    void compute(int start, int token, double[] row);
  }

  private double[][] rows(int width, Row each) {
    double[][] rows = new double[batch.tokens()][width];
    for (int token = 0; token < rows.length; token++) {
      each.compute(operands.start(token), token, rows[token]);
    }
    return rows;
  }
}
