"""Holds what a compiler for Adreno made of kernels against bounds: bounds.py BOUNDS COMPILER_OUTPUT.

For each kernel: instructions, full registers, and words of private memory stored and loaded. A bound is
an upper limit of registers, stores and loads; one that is no longer reached is to be lowered.
"""

import re
import sys


def measured(path):
    """The largest of what a kernel's variants take; each is printed before its counts."""
    kernels = {}
    name = None
    stores = loads = 0
    for line in open(path, errors="replace"):
        at = re.match(r"== .*kernel\.\d+-(\w+)\.cl", line)
        if at:
            name = at.group(1)
            kernels[name] = [0, 0, 0, 0]
            stores = loads = 0
        if name is None:
            continue
        stores += bool(re.search(r"\bstp\.", line))
        loads += bool(re.search(r"\bldp\.", line))
        instructions = re.search(r"CL prog .*?(\d+) instr", line)
        registers = re.search(r"CL prog .*?(\d+) full", line)
        found = [
            int(instructions.group(1)) if instructions else 0,
            int(registers.group(1)) if registers else 0,
            stores,
            loads,
        ]
        kernels[name] = [max(pair) for pair in zip(kernels[name], found)]
        if instructions:
            stores = loads = 0
    return kernels


def main(bounds, output):
    kernels = measured(output)
    limits = {}
    for line in open(bounds):
        if line.strip() and not line.startswith("#"):
            name, *numbers = line.split()
            limits[name] = [int(number) for number in numbers]
    failed = False
    for name, (instructions, *counts) in sorted(kernels.items()):
        limit = limits.get(name)
        if limit is None:
            verdict = "no bound"
        else:
            verdict = "over" if any(c > l for c, l in zip(counts, limit)) else "ok"
        failed |= verdict != "ok"
        print("%-10s %5d instructions, registers %3d, private stores %3d, loads %3d: %s%s"
              % (name, instructions, *counts, verdict, "" if limit is None else " (%d, %d, %d)" % tuple(limit)))
    for name in sorted(limits.keys() - kernels.keys()):
        failed = True
        print("%s: has a bound and was not compiled" % name)
    sys.exit(failed)


main(*sys.argv[1:])
