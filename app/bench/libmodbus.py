"""libmodbus as the raw limit: a small C client, compiled for the run where that is possible."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

_SOURCE = r"""
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}
static void rest(double s) {
  struct timespec t = {0, (long)(s * 1e9)};
  clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}
/* argv: device baud registers requests silence_s; prints seconds a request, one a line */
int main(int argc, char **argv) {
  int count = atoi(argv[3]), requests = atoi(argv[4]);
  double silence = atof(argv[5]);
  uint16_t values[125];
  modbus_t *bus = modbus_new_rtu(argv[1], atoi(argv[2]), 'N', 8, 1);
  if (argc != 6 || !bus || modbus_set_slave(bus, 1) || modbus_connect(bus)) return 2;
  modbus_set_response_timeout(bus, 2, 0);
  for (int i = 0; i < requests; i++) {
    double start = now();
    if (modbus_read_registers(bus, 0, count, values) != count || values[count - 1] != count - 1) {
      fprintf(stderr, "%s\n", modbus_strerror(errno));
      return 1;
    }
    if (silence > 0) rest(silence);
    printf("%.9f\n", now() - start);
  }
  modbus_close(bus);
  return 0;
}
"""


def compile_client(folder: Path) -> Path | None:
    """The client's program; None where gcc or libmodbus is not installed."""
    compiler, config = shutil.which("gcc"), shutil.which("pkg-config")
    if compiler is None or config is None:
        return None
    flags = subprocess.run(  # noqa: S603  # both programs found above
        [config, "--cflags", "--libs", "libmodbus"], capture_output=True, text=True, check=False
    )
    if flags.returncode:
        return None
    source, program = folder / "client.c", folder / "client"
    source.write_text(_SOURCE, "utf-8")
    done = subprocess.run(  # noqa: S603
        [compiler, "-O2", "-o", str(program), str(source), *flags.stdout.split()],
        capture_output=True,
        check=False,
    )
    return program if done.returncode == 0 else None


def run_client(
    program: Path, device: str, *, baud: int, registers: int, requests: int, silence_s: float
) -> list[float]:
    """Seconds of each request, the silence after it included."""
    done = subprocess.run(  # noqa: S603
        [str(program), device, str(baud), str(registers), str(requests), str(silence_s)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return [float(line) for line in done.stdout.split()]
