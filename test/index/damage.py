#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Damages an index in many ways, and reads each.

  damage.py FOLDER FILE TIDY...    FILE is linted in FOLDER with each index by TIDY

An index that is damaged as such things happen (a byte, an end that is missing, a
part of another) has to give an error. One that was made so on purpose, with a hash
that is right, may give anything but a crash, a hang, or a message of clang-tidy's
own.
"""

import collections
import concurrent.futures
import json
import os
import random
import re
import subprocess
import sys

PRIME1, PRIME2, PRIME3 = 11400714785074694791, 14029467366897019727, 1609587929392839161
PRIME4, PRIME5, MASK = 9650029242287828579, 2870177450012600261, (1 << 64) - 1


def rotate(x, r):
    return ((x << r) | (x >> (64 - r))) & MASK


def step(acc, lane):
    return rotate((acc + lane * PRIME2) & MASK, 31) * PRIME1 & MASK


def xxhash(data):
    """XXH64, as its specification says."""
    at, size = 0, len(data)
    word = lambda i, n: int.from_bytes(data[i : i + n], "little")
    if size >= 32:
        acc = [(PRIME1 + PRIME2) & MASK, PRIME2, 0, -PRIME1 & MASK]
        while at + 32 <= size:
            for i in range(4):
                acc[i] = step(acc[i], word(at + 8 * i, 8))
            at += 32
        h = sum(rotate(a, r) for a, r in zip(acc, (1, 7, 12, 18))) & MASK
        for a in acc:
            h = ((h ^ step(0, a)) * PRIME1 + PRIME4) & MASK
    else:
        h = PRIME5
    h = (h + size) & MASK
    while at + 8 <= size:
        h = (rotate(h ^ step(0, word(at, 8)), 27) * PRIME1 + PRIME4) & MASK
        at += 8
    if at + 4 <= size:
        h = (rotate(h ^ (word(at, 4) * PRIME1 & MASK), 23) * PRIME2 + PRIME3) & MASK
        at += 4
    for b in data[at:]:
        h = rotate(h ^ (b * PRIME5 & MASK), 11) * PRIME1 & MASK
    h = (h ^ (h >> 33)) * PRIME2 & MASK
    h = (h ^ (h >> 29)) * PRIME3 & MASK
    return h ^ (h >> 32)


def signed(header, parts):
    """An index of these parts, with the right hash and places."""
    body, places = b"", []
    for name, text in zip(("units", "inputs", "table", "functions"), parts):
        body += b'"%s":[\n' % name.encode()
        places += [len(body), len(text)]
        body += text + (b"]}\n" if name == "functions" else b"],\n")
    header = dict(header, hash="%016x" % xxhash(body), parts=places)
    return b'{"header":' + json.dumps(header, separators=(",", ":")).encode() + b",\n" + body


def parts_of(index):
    first, body = index.split(b"\n", 1)
    header = json.loads(first[len(b'{"header":') : -1])
    p = header["parts"]
    return header, [body[p[i] : p[i] + p[i + 1]] for i in range(0, 8, 2)]


def with_functions(header, parts, functions):
    """The same with other functions (texts by key)."""
    lines, rows = b"", []
    for key, text in functions.items():
        if lines:
            lines += b",\n"
        rows.append((xxhash(key.encode()), len(lines), len(text)))
        lines += text
    rows.sort()
    table = b"".join(
        b'"%016x %010d %010d"%s' % (h, at, size, b",\n" if i + 1 < len(rows) else b" \n")
        for i, (h, at, size) in enumerate(rows))
    return signed(header, [parts[0], parts[1], table, lines + b"\n"])


def accidents(index, rng):
    yield b""
    yield b"{}"
    yield b"\0" * 64
    yield re.sub(rb'"version":\d+', b'"version":1', index, count=1)
    yield index.replace(b"LLVM ", b"LLVM 9", 1)
    yield index.replace(b"wdm driver index", b"wdm unit summary", 1)
    yield index + b" "
    for _ in range(40):
        yield index[: rng.randrange(len(index))]
    for _ in range(60):
        at = rng.randrange(len(index))
        other = bytes([rng.choice([b for b in range(256) if b != index[at]])])
        yield index[:at] + other + index[at + 1 :]
    for _ in range(20):
        at, size = rng.randrange(len(index)), rng.randrange(1, 200)
        yield index[:at] + index[at + size :]


ODD = [None, -1, 0, 1, 2, 7, 1 << 20, 1 << 31, (1 << 63) - 1, -(1 << 63), 1.5, "", "x", "\u20ac", [],
       {}, [[]], True, "99999:1@9", "f", "l", "=", "call"]


def places_in(value, path=()):
    yield path
    if isinstance(value, dict):
        for key, part in value.items():
            yield from places_in(part, path + (key,))
    elif isinstance(value, list):
        for i, part in enumerate(value):
            yield from places_in(part, path + (i,))


def changed(value, path, rng):
    value = json.loads(json.dumps(value))
    at = value
    for step_ in path[:-1]:
        at = at[step_]
    key = path[-1]
    how = rng.random()
    if how < 0.2:
        del at[key]
    elif how < 0.3 and isinstance(at, list):
        at.insert(rng.randrange(len(at) + 1), rng.choice(ODD))
    elif how < 0.6 and isinstance(at[key], int) and not isinstance(at[key], bool):
        at[key] += rng.choice([-2, -1, 1, 2, 17])
    else:
        at[key] = rng.choice(ODD)
    return value


def attacks(index, rng):
    header, parts = parts_of(index)
    functions = collections.OrderedDict(
        (json.loads(l)["key"], l) for l in parts[3].strip().split(b",\n"))
    graphs = [k for k, l in functions.items() if b'"graph"' in l]
    for _ in range(260):
        key = rng.choice(graphs)
        value = json.loads(functions[key])
        paths = [p for p in places_in(value) if p and p[0] == "graph" or len(p) == 1]
        for _ in range(rng.choice([1, 1, 1, 2, 4])):
            try:
                value = changed(value, rng.choice(paths), rng)
            except (KeyError, IndexError, TypeError):
                pass
        text = json.dumps(value, separators=(",", ":")).encode()
        yield with_functions(header, parts, dict(functions, **{key: text}))
    # Expressions in a circle, a tower of them, text that never ends.
    for make in (
        lambda g: g.update(exprs=[["!", 1]] * len(g["exprs"])),
        lambda g: g.update(exprs=[["c", 1]] + [["+", i, i] for i in range(1, 600)]),
        lambda g: g.update(exprs=[["c", 1]] + [["!", i] for i in range(1, 90000)]),
        lambda g: g.update(sites=1 << 40),
        lambda g: g.update(blocks=[{"to": [[0]]}] * len(g["blocks"])),
        lambda g: g.update(places=[[".", 1, 0, 1]] * len(g["places"])),
    ):
        for key in graphs:
            value = json.loads(functions[key])
            make(value["graph"])
            yield with_functions(header, parts,
                                 dict(functions, **{key: json.dumps(value).encode()}))
    for text in (b"[" * 200000, b'{"key":' * 100000, b'"', b"{}", b"null", b"\xff\xfe", b"1e999"):
        yield with_functions(header, parts, dict(functions, **{graphs[0]: text}))
        yield signed(header, [text + b"\n", *parts[1:]])
        yield signed(header, [parts[0], text + b"\n", *parts[2:]])
        yield signed(header, [parts[0], parts[1], (text * 42)[: 42 * 3], parts[3]])
    rows = parts[2]
    yield signed(header, [*parts[:2], re.sub(rb" \d{10} ", b" 9999999999 ", rows), parts[3]])
    yield signed(header, [*parts[:2], re.sub(rb'\d{10}"', b'9999999999"', rows), parts[3]])
    yield signed(header, [*parts[:2], rows[:-1], parts[3]])
    yield signed(header, [re.sub(rb'"inputs":"[^"]*"', b'"inputs":"0-4294967295"', parts[0]), *parts[1:]])


def run(job):
    number, kind, index, folder, file, tidy = job
    path = os.path.join(folder, f"damaged{number}.json")
    with open(path, "wb") as f:
        f.write(index)
    try:
        done = subprocess.run(
            [*tidy, f"--wdm-index={path}", "-p", folder, file], cwd=folder,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    except subprocess.TimeoutExpired:
        return f"{path}: does not come to an end"
    output = done.stdout.decode(errors="replace")
    if done.returncode < 0 or "PLEASE submit" in output or done.returncode > 1:
        return f"{path}: crashes ({done.returncode}):\n{output[-800:]}"
    said = "option 'Index'" in output
    if kind == "accident" and not said:
        return f"{path}: read without an error"
    os.remove(path)
    return "said" if said else ""


def main(folder, file, *tidy):
    with open(os.path.join(folder, ".wdm-lint-cache", "driver.json"), "rb") as f:
        index = f.read()
    header, parts = parts_of(index)
    assert signed(header, parts) == index, "this script signs in another way than wdm-lint"
    rng = random.Random(4)
    jobs = [(n, kind, data, folder, file, tidy)
            for n, (kind, data) in enumerate(
                [("accident", d) for d in accidents(index, rng)]
                + [("attack", d) for d in attacks(index, rng)])]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(run, jobs))
    wrong = [r for r in results if r not in ("", "said")]
    print("\n".join(wrong[:10]))
    print(f"{len(jobs)} damaged, {results.count('said')} gave an error, {len(wrong)} wrong")
    if wrong:
        sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
