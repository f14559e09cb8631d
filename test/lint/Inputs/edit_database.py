# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""edit_database.py FOLDER HOW... changes FOLDER/compile_commands.json.

  std       -std=c++20 in each command
  msbuild   moves it to FOLDER/x64/Debug/driver.ClangTidy, with stray semicolons
  bom       a byte order mark;  utf16: UTF-16, as a shell of Windows writes
  relative  "directory": ".", which means the folder of the database
  directory D   that one in each entry
  pch       the options of a precompiled header of cl.exe
  drop-arguments   commands as one string
"""

import json
import os
import shlex
import sys

folder, *hows = sys.argv[1:]
path = os.path.join(folder, "compile_commands.json")
with open(path, "rb") as f:
    data = f.read()
# The file may have been edited before.
utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
entries = json.loads(data.decode("utf-16" if utf16 else "utf-8-sig"))
encoding = "utf-8"
if hows[0] == "directory":
    for entry in entries:
        entry["directory"] = hows[1]
    hows = []
for entry in entries:
    words = entry.pop("arguments", None) or shlex.split(entry.pop("command", ""))
    for how in hows:
        if how == "std":
            words.insert(1, "-std=c++20")
        elif how == "msbuild":
            words.insert(1, ";")
        elif how == "relative":
            entry["directory"] = "."
        elif how == "pch":
            words[1:1] = ["/Yustdafx.h", "/Fpx64\\Debug\\driver.pch", "/FIstdafx.h"]
    if "drop-arguments" in hows:
        entry["command"] = shlex.join(words)
    else:
        entry["arguments"] = words
if "bom" in hows:
    encoding = "utf-8-sig"
if "utf16" in hows:
    encoding = "utf-16"
if "msbuild" in hows:
    os.remove(path)
    path = os.path.join(folder, "x64", "Debug", "driver.ClangTidy", "compile_commands.json")
    os.makedirs(os.path.dirname(path))
with open(path, "w", encoding=encoding) as f:
    json.dump(entries, f, ensure_ascii=False)
