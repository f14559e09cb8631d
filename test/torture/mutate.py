# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Spoils C and C++ sources token by token, for scripts/torture.

mutant(text, others, random) is a spoilt copy of text: half-edited, cut off,
unbalanced, put into macros, nested, with pieces of the texts in others. About
half of the copies still parse, so that the checks have something to look at.
The same arguments give the same copy.
"""

import re

TOKEN = re.compile(
    r"""\s* (?: //[^\n]* | /\*.*?\*/ | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*'
        | \w+ | <<= | >>= | \.\.\. | -> | \+\+ | -- | << | >> | [<>=!]= | && | \|\|
        | [-+*/%&|^]= | \#\# | :: | \S )""",
    re.X | re.S,
)
WORD = re.compile(r"\s*[A-Za-z_]\w*$")

# What the checks have rules for, and what changes the flow.
WORDS = """
  IoSetCompletionRoutineEx IoSetCompletionRoutine IoCallDriver PoCallDriver
  IoCompleteRequest IoFreeIrp IoReuseIrp IoAllocateIrp IoMarkIrpPending
  IoSkipCurrentIrpStackLocation IoCopyCurrentIrpStackLocationToNext
  IoSetNextIrpStackLocation IoReleaseRemoveLock NT_SUCCESS NT_ASSERT NULL TRUE
  STATUS_SUCCESS STATUS_PENDING status Irp irp Device DeviceObject Ext Done
  NTSTATUS PIRP VOID BOOLEAN ULONG DRIVER_DISPATCH if else while do for switch
  case default break continue return goto __try __except __finally __leave
  static inline const struct union enum typedef sizeof extern template class
  operator this new delete throw try catch auto __declspec __attribute__ asm
  _Generic co_await constexpr decltype lambda
""".split()
LEADERS = ("return", "goto", "else", "do", "break", "continue", "case", "throw", "delete")
SIGNS = "{ } ( ) [ ] ; , : ? ! ~ & * = == != < >= && || -> . + - ++ # ## \\\n // /* */ ' \" 0 -1 1u".split(" ")


def tokens(text):
    """The tokens, each with the blanks before it."""
    found = TOKEN.findall(text)
    rest = text[sum(map(len, found)):]
    return found + [rest] if rest else found


def pick(random, tokens, longest):
    """A run of tokens, as (begin, end)."""
    begin = random.randrange(len(tokens))
    return begin, min(len(tokens), begin + random.randint(1, longest))


def statements(tokens):
    """[(begin, end)] of what ends with a semicolon in bodies, but for declarations."""
    found, begin, depth, parens = [], None, 0, 0
    for i, token in enumerate(tokens):
        sign = token.strip()
        if sign in ("(", ")"):
            parens = max(0, parens + (1 if sign == "(" else -1))
        elif sign in ("{", "}"):
            depth = max(0, depth + (1 if sign == "{" else -1))
            begin, parens = i + 1, 0
        elif sign == ";" and parens == 0:
            two = all(WORD.match(x) for x in tokens[begin:begin + 2]) if begin is not None else True
            if depth and (not two or tokens[begin].strip() in LEADERS):
                found.append((begin, i + 1))
            begin = i + 1
    return [(b, e) for b, e in found if e - b > 1]


def functions(tokens):
    """[(begin, end)] of what has a body in braces, with its head."""
    found, begin, depth = [], 0, 0
    for i, token in enumerate(tokens):
        sign = token.strip()
        if sign == "{":
            depth += 1
        elif sign == "}" and depth:
            depth -= 1
            if depth == 0:
                found.append((begin, i + 1))
                begin = i + 1
        elif depth == 0 and (sign == ";" or "\n" in sign):
            begin = i + 1
    return found


def words(tokens):
    return [i for i, token in enumerate(tokens) if WORD.match(token)]


# --- Changes: each takes (tokens, others, random) and changes the tokens. -------------
# Those of TIDY leave a source that often parses, those of WILD one that does not.


def delete_statement(t, others, r):
    b, e = r.choice(statements(t))
    del t[b:e]


def repeat_statement(t, others, r):
    b, e = r.choice(statements(t))
    t[e:e] = t[b:e] * r.choice((1, 1, 2, 40))


def swap_statements(t, others, r):
    (b1, e1), (b2, e2) = sorted(r.sample(statements(t), 2))
    t[b1:e2] = t[b2:e2] + t[e1:b2] + t[b1:e1]


def move_statement(t, others, r):
    b, e = r.choice(statements(t))
    moved = t[b:e]
    del t[b:e]
    at = r.choice(statements(t))[0]
    t[at:at] = moved


def wrap_statement(t, others, r):
    b, e = r.choice(statements(t))
    before, after = r.choice((
        ("if (Maybe()) {", "}"), ("{", "}"), ("if (status) ;else {", "}"),
        ("while (Maybe()) {", "}"), ("do {", "} while (Maybe());"),
        ("for (;;) {", "break; }"), ("switch (Number()) { case 1: ;", "}"),
        ("switch (Number()) { ", "default: ; }"), ("__try {", "} __finally { }"),
        ("__try {", "} __except (1) { Work(Ext); }"), ("__try {", "__leave; } __finally { }"),
        ("__try { } __finally {", "}"), ("({", "});"), ("Again: ;", "if (Maybe()) goto Again;"),
        ("goto Over;", "Over: ;"), ("if (NT_SUCCESS(status)) {", "}"),
        ("if (!NT_SUCCESS(status)) {", "} else return status;"), ("Number() && ({", "1; });"),
        ("[&] {", "}();"), ("if (0) {", "}"), ("return;", ""), ("(void)sizeof(({", "1; }));"),
    ))
    t[b:e] = [" " + before, *t[b:e], " " + after]


def nest_statement(t, others, r):
    b, e = r.choice(statements(t))
    depth = r.choice((3, 30, 200))
    before, after = r.choice((
        ("{", "}"), ("if (Maybe()) {", "}"), ("if (Maybe())", ""), ("__try {", "} __finally { }"),
        ("while (Number()) {", "}"), ("do", "while (Maybe());"), ("switch (Number()) default:", ""),
    ))
    t[b:e] = [" " + before] * depth + t[b:e] + [" " + after] * depth


def role(t, i):
    """Fields are followed by words that are fields, functions by functions."""
    before = t[i - 1].strip() if i else ""
    after = t[i + 1].strip() if i + 1 < len(t) else ""
    return before in ("->", ".", "::", "goto"), after == "(", WORD.match(before or ";") is not None


def alike(t, others, r):
    """Two words of one function that have the same part in it."""
    b, e = r.choice(functions(t))
    there = [i for i in range(b, e) if WORD.match(t[i])]
    i = r.choice(there)
    return i, r.choice([j for j in there if role(t, j) == role(t, i)]), b, e


def rename_one(t, others, r):
    i, j, _, _ = alike(t, others, r)
    t[i] = " " + t[j].strip()


def rename_all(t, others, r):
    i, j, b, e = alike(t, others, r)
    old, new = t[i].strip(), t[j].strip()
    for k in range(b, e):
        if t[k].strip() == old:
            t[k] = t[k].replace(old, new)


def call_oneself(t, others, r):
    b, e = r.choice(functions(t))
    heads = [i for i in range(b, e - 1) if WORD.match(t[i]) and t[i + 1].strip() == "("]
    for i in heads[1:]:
        if r.randrange(3) == 0:
            t[i] = " " + t[heads[0]].strip()


def paste_function(t, others, r):
    other = tokens(r.choice(others))
    b, e = r.choice(functions(other))
    at = r.choice([0] + [e for _, e in functions(t)])
    t[at:at] = ["\n"] + other[b:e] + ["\n"]


def paste_statement(t, others, r):
    other = tokens(r.choice(others)) if r.randrange(3) == 0 else t
    b, e = r.choice(statements(other))
    at = r.choice(statements(t))[r.randrange(2)]
    t[at:at] = other[b:e]


def paste_body(t, others, r):
    """A body of another function, in place or inside of this one."""
    donor = tokens(r.choice(others)) if r.randrange(3) == 0 else t
    b, e = r.choice(functions(donor))
    body = donor[b:e][[x.strip() for x in donor[b:e]].index("{"):]
    at = r.choice(statements(t))[r.randrange(2)]
    t[at:at] = body


def into_macro(t, others, r):
    spans = statements(t)
    b, e = r.choice(spans) if r.randrange(4) else pick(r, t, 12)
    if r.randrange(8) == 0:
        e = min(len(t), r.choice(spans)[1])
        b, e = min(b, e), max(b, e)
    inside = [re.sub(r"//[^\n]*|\s+", " ", x) for x in t[b:e]]
    name = f"SOUP{r.randrange(1000)}"
    how = r.randrange(4)
    if how == 0:
        t[b:e] = [f"\n#define {name} ", *inside, f"\n {name}", " "]
    elif how == 1:
        t[b:e] = [f"\n#define {name}(...) __VA_ARGS__\n {name}(", *inside, ")"]
    elif how == 2:
        cut = r.randrange(len(inside) + 1)
        t[b:e] = [f"\n#define {name}(x) ", *inside[:cut], " x\n", f"{name}(", *inside[cut:], ")"]
    else:
        t[b:e] = [f"\n#define {name}1(x) x x\n#define {name}(x) {name}1(x) {name}1(x)\n {name}(",
                  *inside, ")"]


def conditional_lines(t, others, r):
    b, e = r.choice(statements(t)) if r.randrange(4) else pick(r, t, 40)
    head = r.choice(("#if 1", "#if 0", "#ifdef DBG", "#ifndef DBG", "#if DBG == NT"))
    middle = []
    if r.randrange(2):
        middle = ["\n#else\n", *(t[b:e] if r.randrange(2) else [])]
    end = "\n#endif\n" if r.randrange(6) else "\n"
    t[b:e] = [f"\n{head}\n", *t[b:e], *middle, end]


def deepen(t, others, r):
    """An expression in hundreds of parentheses, casts or signs."""
    b, e = r.choice(statements(t))
    i = r.choice([i for i in range(b + 1, e) if WORD.match(t[i]) and t[i - 1].strip() not in ("->", ".")])
    depth = r.choice((2, 20, 200))
    before, after = r.choice((("(", ")"), ("!", ""), ("(ULONG)", ""), ("*&", ""), ("1 ? 0 : ", ""),
                              ("(0, ", ")"), ("NT_SUCCESS(", ")"), ("~", ""), ("status = ", "")))
    t[i:i + 1] = [" " + before] * depth + [t[i]] + [after] * depth


TIDY = [
    delete_statement, repeat_statement, swap_statements, move_statement, wrap_statement,
    wrap_statement, nest_statement, rename_one, rename_all, call_oneself, paste_function,
    paste_statement, paste_body, into_macro, conditional_lines, deepen,
]


def delete(t, others, r):
    b, e = pick(r, t, 8)
    del t[b:e]


def repeat(t, others, r):
    b, e = pick(r, t, 20)
    t[b:b] = t[b:e] * r.choice((1, 1, 5, 300))


def swap(t, others, r):
    i, j = r.randrange(len(t)), r.randrange(len(t))
    t[i], t[j] = t[j], t[i]


def replace(t, others, r):
    t[r.randrange(len(t))] = " " + r.choice(r.choice((WORDS, SIGNS)))


def insert(t, others, r):
    i = r.randrange(len(t))
    t[i:i] = [" " + r.choice(r.choice((WORDS, SIGNS)))]


def unbalance(t, others, r):
    signs = [i for i, x in enumerate(t) if x.strip() in tuple("{}()[];")]
    i = r.choice(signs)
    if r.randrange(2):
        del t[i]
    else:
        t[i:i] = [r.choice("{}()[];")] * r.choice((1, 1, 1, 50))


def cut_off(t, others, r):
    """Ends within the source, or has lost its beginning."""
    at = r.randrange(len(t))
    if r.randrange(4):
        del t[at:]
        if t and r.randrange(2):
            t[-1] = t[-1][: r.randrange(len(t[-1]) + 1)]
    else:
        head = [x for x in t[:at] if x.lstrip().startswith("#")]
        del t[len(head):at]


def half_line(t, others, r):
    """A line that is being typed."""
    i = r.randrange(len(t))
    j = i + 1
    while j < len(t) and "\n" not in t[j]:
        j += 1
    if r.randrange(2):
        t[i:j] = [t[i][: r.randrange(1, len(t[i]) + 1)]]
    else:
        t[i:j] = [" " + r.choice(("status = IoSet", "if (!NT_SUCCESS(", "IoCallDriver(Ext->",
                                  "return", "status =", "IoSetCompletionRoutineEx(", "} else if",
                                  "Irp->", "#define", "#if", "__try {", "case", "goto", "case 1 ...",
                                  "IoSetCompletionRoutineEx(Device, Irp, Done, Ext, TRUE,",
                                  "/*", '"', "'", "L\"", "R\"(", "??/", "#include", "_Pragma(\""))]


def splice(t, others, r):
    other = tokens(r.choice(others))
    b, e = pick(r, other, 200)
    i, j = pick(r, t, 200)
    t[i:j] = other[b:e]


def odd_bytes(t, others, r):
    i = r.randrange(len(t))
    t[i:i] = [r.choice(("\0", "\ufeff", "\udcff", "\udce4", "\x1a", "\f", "\\\n", "\r", "??/\n",
                        "\u202e", "\\u0041", "$", "@", "`", "\\\r\n"))]


WILD = [delete, repeat, swap, replace, insert, unbalance, cut_off, half_line, splice, odd_bytes]


def mutant(text, others, random):
    spoilt = tokens(text)
    wild = random.randrange(3) == 0
    for _ in range(random.choice((1, 2, 3, 5, 10) if wild else (1, 1, 2, 2, 3, 6))):
        change = random.choice(WILD if wild and random.randrange(2) else TIDY)
        try:
            change(spoilt, others, random)
        except (IndexError, ValueError):
            pass  # it found nothing to change
        if not spoilt or len(spoilt) > 60000:
            break
    result = "".join(spoilt)
    if random.randrange(12) == 0:
        result = result.replace("\n", "\r\n")
    return result
