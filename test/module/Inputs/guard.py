# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""guard.py PLUGIN VERSION loads PLUGIN, built for VERSION, into the clang-tidy
of every LLVM of this machine."""

import glob
import re
import subprocess
import sys

plugin, built = sys.argv[1:]
major_minor = ".".join(built.split(".")[:2])
wrong = 0
for tidy in sorted(glob.glob("/usr/lib/llvm-*/bin/clang-tidy")):
    version = subprocess.run([tidy, "--version"], stdout=subprocess.PIPE, text=True)
    running = re.search(r"version (\d+\.\d+\.\d+)", version.stdout).group(1)
    for work in (["--list-checks"], ["/dev/null", "--"], ["--verify-config"]):
        command = [tidy, f"--load={plugin}", "--checks=-*,wdm-*,misc-*", *work]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        if running.startswith(major_minor + "."):
            good = "the wdm module was built" not in done.stderr
        else:
            good = (
                done.returncode != 0
                and f"built for LLVM {built} " in done.stderr
                and running in done.stderr
                and "CMAKE_PREFIX_PATH" in done.stderr
                and not done.stdout
            )
        print(f"{'good' if good else 'WRONG'}: {built} in {running}: {' '.join(work)}")
        if not good:
            print(done.returncode, done.stdout, done.stderr)
            wrong = 1
sys.exit(wrong)
