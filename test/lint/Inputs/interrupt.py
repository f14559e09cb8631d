# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""interrupt.py COMMAND... runs it, presses Ctrl-C after a while, prints its status."""

import signal
import subprocess
import sys
import time

process = subprocess.Popen(sys.argv[1:], start_new_session=True)
time.sleep(3)
process.send_signal(signal.SIGINT)
print("status", process.wait(20), flush=True)
