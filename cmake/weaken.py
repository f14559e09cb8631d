#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""weaken.py PLUGIN makes the plugin loadable where LLVM's variables differ.

The version guard can speak only once the loader is through with the plugin.
Functions are no obstacle, since they are bound when they are called; but a
variable or a virtual table that another LLVM lacks ends the loading, of which
clang-tidy makes no more than a remark. So the plugin's references to variables of
LLVM become weak: where there is none, the address is 0, and the guard ends the
process before anybody looks at it.

References to libraries that the plugin is linked to carry a version (GLIBC,
GLIBCXX) and are left alone. Nothing but ELF of 64 bits is touched.
"""

import struct
import sys

DYNSYM, RELA, VERSYM = 11, 4, 0x6FFFFFFF
GLOBAL, WEAK, UNDEFINED = 1, 2, 0


def sections(data):
    offset = struct.unpack_from("<Q", data, 0x28)[0]
    size, count, names_at = struct.unpack_from("<HHH", data, 0x3A)
    headers = [
        struct.unpack_from("<IIQQQQIIQQ", data, offset + i * size) for i in range(count)
    ]
    names = headers[names_at][4]
    for name, kind, _, _, start, length, *_ in headers:
        text = data[names + name : data.index(b"\0", names + name)].decode()
        yield text, kind, start, length


def weaken(data):
    symbols = versions = None
    wanted = set()
    for name, kind, start, length in sections(data):
        if kind == DYNSYM:
            symbols = start
        elif kind == VERSYM:
            versions = start
        elif kind == RELA and name != ".rela.plt":
            for at in range(start, start + length, 24):
                wanted.add(struct.unpack_from("<Q", data, at + 8)[0] >> 32)
    if symbols is None or versions is None:
        return 0
    changed = 0
    for index in sorted(wanted - {0}):
        at = symbols + index * 24
        info, _, section = struct.unpack_from("<BBH", data, at + 4)
        version = struct.unpack_from("<H", data, versions + index * 2)[0]
        if section == UNDEFINED and info >> 4 == GLOBAL and version <= 1:
            data[at + 4] = WEAK << 4 | info & 15
            changed += 1
    return changed


def main(path):
    with open(path, "rb") as f:
        data = bytearray(f.read())
    if data[:6] != b"\x7fELF\x02\x01":  # 64 bits, little endian
        return
    if weaken(data):
        with open(path, "r+b") as f:
            f.write(data)


main(sys.argv[1])
