# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles driver functions before and after their fix, and runs both on a fake kernel.

What a function cannot know is chosen: whether a registration succeeds, whether a remove lock or
memory is there, what becomes of an IRP that is sent, its parameters, the fields of its device
extension. Every series of choices is run, in the original and in the fixed version.

A fixed function is right if
  * it does what it did before wherever all registrations succeed, event for event;
  * where one fails, it does nothing wrong (see kernel.c: an IRP that is lost, completed twice, touched
    when it is gone; a lock that is kept, or released without being held; memory, a wait, a timer, a
    counter, ...) that the original does not do on its own other ways out;
  * where the fix falls back to IoSetCompletionRoutine, it ends as if the registration had succeeded.
What functions of other files do is not known. They are given each of a few habits (kernel.c, ENV_*), and
those count under which the original is right.

A root is the function that the kernel would call: the callers of a fixed helper are run, if the file
has them.
"""

import collections
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import tempfile

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
INPUTS = [os.path.join(HERE, "Inputs"), os.path.join(HERE, "..", "Inputs")]
TARGET = ["--target=x86_64-pc-windows-msvc", "-fms-extensions", "-fms-compatibility"]
# The same code for the same target, in a format that the host links.
NATIVE = [
    "--target=x86_64-pc-windows-msvc-elf", "-fms-extensions", "-fms-compatibility",
    "-Ddllimport=noinline", "-fno-builtin", "-mno-stack-arg-probe", "-fno-threadsafe-statics",
    "-fno-rtti", "-w", "-O0", "-fno-finite-loops", "-DBEHAVIOUR",
]
ENDS_EARLY = ("no-return",)
SOFT = ("counted", "event-", "stale")
LIMIT = 3000
# The headers of MinGW-w64.
DDK = ["-fgnuc-version=4.2.1", "-D_AMD64_", "-D_WIN32_WINNT=0x0A00", "-DWINVER=0x0A00", "-DNTDDI_VERSION=0x0A00000C",
       "-D__INTRINSIC_DEFINED_InterlockedBitTestAndSet", "-D__INTRINSIC_DEFINED_InterlockedBitTestAndReset",
       "-isystem", "/usr/share/mingw-w64/include/ddk", "-isystem", "/usr/share/mingw-w64/include"]


class Broken(Exception):
    """The test itself could not do its work."""


# --- The program ----------------------------------------------------------------------------


def has_body(node):
    return any(i.get("kind") in ("CompoundStmt", "CXXTryStmt") for i in node.get("inner", []))


class Function:
    def __init__(self, node, scope):
        self.scope = scope
        self.id, self.name = node["id"], node.get("name", "")
        self.symbol = node.get("mangledName", self.name)
        self.type = node["type"]["qualType"]
        self.plain = node["type"].get("desugaredQualType", self.type)
        self.params = [
            (p["type"].get("desugaredQualType", p["type"]["qualType"]), p["type"]["qualType"],
             p.get("name", ""))
            for p in node.get("inner", [])
            if p.get("kind") == "ParmVarDecl"
        ]
        self.returns = (self.plain.split("->")[-1] if self.plain.startswith("auto") else self.plain.split("(")[0]).strip()
        self.body = has_body(node)
        self.roles = set()
        self.begin = place(node["range"]["begin"])
        self.end = place(node["range"]["end"])
        self.calls, self.callers, self.taken = set(), set(), False
        self.method = node["kind"] != "FunctionDecl"
        self.template = False


def place(location):
    location = location.get("expansionLoc", location)
    return None if "includedFrom" in location else location.get("offset")


class Program:
    """The functions and records of one file, as clang sees them."""

    def __init__(self, tools, path, lang):
        run = subprocess.run(
            [tools.clang, *tools.target, *tools.forced, *tools.includes(path), *standard(lang, tools.ddk), "-DBEHAVIOUR", "-w",
             "-Xclang", "-ast-dump=json", "-fsyntax-only", path],
            capture_output=True, text=True, env=PLAIN)
        if not run.stdout or run.returncode:
            raise Broken(f"{path} does not compile: {run.stderr[:800]}")
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as f:
            self.text = f.read()
        self.functions, self.records, self.aliases, self.variables = {}, {}, {}, []
        # The driver's own headers, for the macros in them.
        self.headers, todo = "", [(os.path.dirname(path), self.text)]
        seen = set()
        while todo:
            folder, text = todo.pop()
            for name in re.findall(r'(?m)^[ \t]*#[ \t]*include[ \t]+"([^"]+)"', text):
                header = os.path.join(folder, name)
                if header not in seen and os.path.exists(header):
                    seen.add(header)
                    with open(header, encoding="utf-8", errors="surrogateescape", newline="") as f:
                        todo.append((os.path.dirname(header), f.read()))
                    self.headers += todo[-1][1] + "\n"
        self.canonical, self.bodies = {}, {}
        self.tree = json.loads(run.stdout)
        for node in self.tree.get("inner", []):
            self.declare(node)
        for id_, node in list(self.bodies.items()):
            self.link(self.functions[self.canonical[id_]], node)

    def declare(self, node, scope="", template=False):
        kind = node.get("kind")
        if kind in ("LinkageSpecDecl", "NamespaceDecl", "CXXRecordDecl", "ExportDecl", "ClassTemplateDecl",
                    "FunctionTemplateDecl", "ClassTemplateSpecializationDecl"):
            inside = scope
            if kind in ("NamespaceDecl", "CXXRecordDecl", "ClassTemplateSpecializationDecl"):
                inside += node.get("name", "") + "::"
            for child in node.get("inner", []):
                self.declare(child, inside, template or "Template" in kind)
        if kind in ("RecordDecl", "CXXRecordDecl") and node.get("completeDefinition"):
            fields = [f for f in node.get("inner", []) if f.get("kind") == "FieldDecl"]
            self.records[node["id"]] = fields
            if node.get("name"):
                self.aliases.setdefault(scope + node["name"], node["id"])
        elif kind == "TypedefDecl" or kind == "TypeAliasDecl":
            found = re.search(r'"(?:ownedTagDecl|decl)": \{"id": "(0x[0-9a-f]+)"', json.dumps(node.get("inner", [])))
            if found:
                self.aliases[node["name"]] = found.group(1)
                self.aliases.setdefault("typedef of " + node["name"], node["type"]["qualType"])
        elif kind in ("FunctionDecl", "CXXMethodDecl", "CXXConstructorDecl", "CXXDestructorDecl"):
            f = Function(node, scope)
            f.template = template
            first = self.canonical.get(node.get("previousDecl"), node["id"])
            self.canonical[node["id"]] = first
            known = self.functions.setdefault(first, f)
            for word in ("DRIVER_DISPATCH", "EVT_WDFDEVICE_WDM_IRP_PREPROCESS", "IO_COMPLETION_ROUTINE"):
                if word in f.type:
                    known.roles.add(word)
            if f.body:
                f.roles |= known.roles
                self.functions[first] = f
                self.bodies[node["id"]] = node
        elif kind == "VarDecl":
            self.variables.append(node)

    def link(self, caller, node):
        """Calls and other uses of functions in a body; static variables on the way."""
        stack = [(c, None) for c in node.get("inner", [])]
        while stack:
            now, parent = stack.pop()
            if not isinstance(now, dict):
                continue
            if now.get("kind") == "DeclRefExpr" or now.get("kind") == "MemberExpr":
                target = now.get("referencedDecl", {}).get("id") or now.get("referencedMemberDecl")
                target = self.functions.get(self.canonical.get(target))
                if target is not None:
                    caller.calls.add(target.name if not target.body else target.symbol)
                    if target.body:
                        target.callers.add(caller.symbol)
            if now.get("kind") == "VarDecl" and now.get("storageClass") == "static":
                now["local"] = True
            stack += [(c, now) for c in now.get("inner", [])]

    def defined(self):
        return [f for f in self.functions.values() if f.body and f.begin is not None]

    def by_symbol(self, symbol):
        return next((f for f in self.functions.values() if f.symbol == symbol and f.body), None)

    def at(self, offset):
        inside = [f for f in self.defined() if f.begin <= offset <= f.end]
        # Of a template, what is made from it and called.
        return max(inside, key=lambda f: (bool(f.callers), f.begin), default=None)

    def closure(self, root):
        seen, todo = [], [root]
        while todo:
            f = todo.pop()
            if f in seen:
                continue
            seen.append(f)
            for name in f.calls:
                callee = self.by_symbol(name)
                if callee:
                    todo.append(callee)
        return seen

    def text_of(self, functions):
        """Without comments and strings; those of headers are not looked at."""
        raw = self.text.encode("utf-8", "surrogateescape")
        text = "\n".join(
            raw[f.begin : f.end + 1].decode("utf-8", "replace") for f in functions if f.begin is not None
        )
        macros = dict(re.findall(r"(?m)^[ \t]*#[ \t]*define[ \t]+(\w+)((?:.*\\\r?\n)*.*)$", self.headers + self.text))
        added, more = set(), True
        while more:
            more = [m for m in macros if m not in added and re.search(r"\b" + m + r"\b", text)]
            added.update(more)
            text += "".join(" " + macros[m].replace("\\\n", "\n") for m in more)
        return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"', " ", text, flags=re.S)

    def roots(self, function):
        """Who is called from outside: the function, or the callers at the top."""
        seen, todo, found = set(), [function], []
        while todo:
            f = todo.pop()
            if f.symbol in seen:
                continue
            seen.add(f.symbol)
            callers = [self.by_symbol(c) for c in f.callers if c != f.symbol]
            callers = [c for c in callers if c is not None]
            todo += callers
            if not callers or self.role(f) in "dp":
                found.append(f)
        return found

    def role(self, f):
        types = [p[0].replace("struct ", "") for p in f.params]
        if "EVT_WDFDEVICE_WDM_IRP_PREPROCESS" in f.roles or (
            len(types) == 2 and "WDFDEVICE" in types[0] and "_IRP *" in types[1] and not f.callers
        ):
            return "p"
        if types == ["_DEVICE_OBJECT *", "_IRP *"] and (
            "DRIVER_DISPATCH" in f.roles
            or re.search(r"MajorFunction\s*\[[^\]]*\]\s*=\s*(\([^)]*\)\s*)?&?" + re.escape(f.name) + r"\b", self.text)
        ):
            return "d"
        if types[:2] == ["_DEVICE_OBJECT *", "_IRP *"] and len(types) == 3 and (
            "IO_COMPLETION_ROUTINE" in f.roles or re.search(r"\b" + re.escape(f.name) + r"\s*,", self.text)
        ) and types[2].replace(" ", "") == "void*":
            return "c"
        return "h" if any(t == "_IRP *" for t in types) else "o"


def standard(lang, ddk=False):
    return ["-std=c++17"] if lang == "c++" else ["-std=gnu11" if ddk else "-std=c17"]


# --- The harness -----------------------------------------------------------------------------

OWN_DEVICE = re.compile(r"^(m_)?(Self|DeviceObject|Device|Fdo|FunctionalDeviceObject|Own|OwnDevice|self)$")
SCALARS = {
    "unsigned char": 1, "char": 1, "bool": 1, "_Bool": 1, "short": 2, "unsigned short": 2, "int": 4, "unsigned int": 4,
    "long": 4, "unsigned long": 4, "long long": 8, "unsigned long long": 8, "signed char": 1,
}
LOCKS = {"_KEVENT": "e", "_KMUTEX": "m", "_KSEMAPHORE": "s"}
OPAQUE = {"_IO_REMOVE_LOCK", "_FAST_MUTEX", "_ERESOURCE", "_EX_RUNDOWN_REF", "_KTIMER", "_KDPC",
          "_NPAGED_LOOKASIDE_LIST", "_UNICODE_STRING", "_LARGE_INTEGER", "LARGE_INTEGER", "_IRP",
          "_DEVICE_OBJECT", "_DRIVER_OBJECT", "_MDL", "_FILE_OBJECT", "_IO_STACK_LOCATION"}


# Headers may define a function in each of a driver's files.
MANY = ["-Wl,-z,muldefs"]


class CannotRun(Exception):
    pass


class Harness:
    """Writes the C functions that call the roots with what they need."""

    def __init__(self, program, lang):
        self.program, self.lang = program, lang
        self.lines, self.count = [], 0

    def record(self, type_):
        name = re.sub(r"\b(struct|class|union|const|volatile|enum)\b", "", type_).replace("*", "").replace("&", "").strip()
        seen = set()
        while name in self.program.aliases and name not in seen:
            seen.add(name)
            found = self.program.aliases[name]
            spelled = self.program.aliases.get("typedef of " + name, "")
            if found in self.program.records and "*" not in spelled:
                return name, self.program.records[found]
            name = re.sub(r"\b(struct|class|union|const)\b|\*", "", spelled).strip()
        return name, None

    def uses(self, field):
        return re.findall(r"(?:->|\.)\s*" + re.escape(field) + r"\b|\b" + re.escape(field) + r"\b", self.text)

    def read(self, field):
        """Is its value used, or is it only counted or stored?"""
        name = re.escape(field)
        all_ = len(re.findall(r"\b" + name + r"\b", self.text))
        other = len(re.findall(
            r"Interlocked\w+\(\s*(?:\([^)]*\)\s*)?&?[\w>.\-\[\]]*\b" + name + r"\b|\b" + name + r"\s*(?:\+\+|--|=(?!=))|(?:\+\+|--)[\w>.\-]*\b" + name + r"\b",
            self.text))
        return all_ > other

    def fill(self, out, base, label, fields, depth):
        for field in fields:
            name = field.get("name")
            if not name or field.get("isBitfield"):
                continue
            type_ = field["type"].get("desugaredQualType", field["type"]["qualType"])
            plain = re.sub(r"\b(struct|union|enum|const|volatile)\b", "", type_).strip()
            spelled = field["type"]["qualType"]
            at, told = f"{base}{name}", f"{label}{name}"
            if plain == "_DEVICE_OBJECT *":
                out.append(f"{at} = K_OwnDevice();" if OWN_DEVICE.match(name) else f'{at} = K_Device("{told}");')
            elif plain == "_IRP *":
                if self.uses(name) and not re.search(r"\b" + re.escape(name) + r"\s*=(?!=)", self.text):
                    out.append(f'{at} = K_OwnIrp("{told}");')
            elif re.fullmatch(r"(_IRP \*|PIRP)\s*\[\d+\]", plain):
                if self.uses(name):
                    out += [f'{at}[{i}] = K_OwnIrp("{told}[{i}]");' for i in range(2)]
            elif plain == "_LIST_ENTRY":
                out.append(f"{at}.Flink = {at}.Blink = &{at};")
                out.append(f"K_Name(&{at}, sizeof({at}), \"{told}\", '-');")
            elif plain in LOCKS:
                out.append(f"K_Name(&{at}, sizeof({at}), \"{told}\", '{LOCKS[plain]}');")
            elif plain in OPAQUE or spelled in ("KSPIN_LOCK", "LARGE_INTEGER"):
                out.append(f"K_Name(&{at}, sizeof({at}), \"{told}\", '-');")
            elif plain in SCALARS or spelled.startswith("enum") or spelled in ("NTSTATUS",):
                if not self.uses(name):
                    continue
                counts = spelled != "NTSTATUS"
                if self.read(name):
                    if spelled == "NTSTATUS":
                        out.append(f'{at} = K_Choose(2, "{told}") ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS;')
                    elif SCALARS.get(plain) == 1:
                        out.append(f'{at} = K_Choose(2, "{told}");')
                    else:
                        cast = f"({spelled})" if plain not in SCALARS else ""
                        out.append(f'{at} = {cast}K_Choose(3, "{told}");')
                out.append(f"K_Name(&{at}, sizeof({at}), \"{told}\", '{'c' if counts else '-'}');")
            elif "(*)" in plain or "(" in plain:
                if "IO_COMPLETION_ROUTINE" in spelled and self.uses(name):
                    out.append(f"{at} = Done;")
            elif plain.endswith("*"):
                known, inner = self.record(type_)
                if not self.uses(name):
                    continue
                if inner is not None and known not in OPAQUE and not plain.endswith("**"):
                    if depth < 3:
                        out.append(f"{at} = {self.object(type_, inner, known, depth + 1)}();")
                elif plain == "_DRIVER_OBJECT *":
                    out.append(f'{at} = (PDRIVER_OBJECT)K_Memory(sizeof(DRIVER_OBJECT), "{told}");')
                elif not re.search(r"\b" + re.escape(name) + r"\s*=(?!=)", self.text):
                    # A struct that is not known here, memory, a handle.
                    out.append(f'*(void **)&{at} = K_Memory(256, "{told}");')
            else:
                known, inner = self.record(type_)
                if inner is not None and "[" not in plain and depth < 4:
                    out.append(f"K_Name(&{at}, sizeof({at}), \"{told}\", '-');")
                    self.fill(out, at + ".", told + ".", inner, depth + 1)

    def object(self, type_, fields, name, depth=0):
        """The name of a function that makes the one object of this type."""
        made = "Beh_Make_" + re.sub(r"\W+", "_", name)
        if made in self.made:
            return made
        self.made[made] = None
        out = []
        pointee = re.sub(r"\bconst\b", "", type_).strip()
        pointee = pointee[:-1].strip() if pointee.endswith("*") else pointee
        if self.lang == "c" and "typedef of " + name in self.program.aliases:
            pointee = name
        if self.lang == "c" and not re.match(r"(struct|union)\b", pointee) and name not in self.program.aliases:
            raise CannotRun(f"type {pointee}")
        short = re.sub(r"^_", "", name).split("::")[-1].capitalize()
        self.fill(out, "made->", short + "->", fields, depth)
        body = "\n  ".join(out)
        self.made[made] = (
            f"static {pointee} *{made}(void) {{\n  static {pointee} *made; static unsigned run;\n"
            f"  if (run == Beh_Run) return made;\n  run = Beh_Run;\n"
            f'  made = ({pointee} *)K_Memory(sizeof({pointee}), "{short}");\n  {body}\n  return made;\n}}'
        )
        self.prototypes.append(f"static {pointee} *{made}(void);")
        return made

    def code(self, root, closure):
        """Major and minor function codes that the code knows."""
        text = self.text
        stored = re.findall(r"MajorFunction\s*\[\s*(IRP_MJ_\w+)\s*\]\s*=\s*(?:\([^)]*\)\s*)?&?" + re.escape(root.name) + r"\b", self.program.text)
        before = self.program.text.encode("utf-8", "surrogateescape")[: root.begin].decode("utf-8", "replace")
        told = re.search(r"//\s*major:\s*([\w ,]+)\n(?:(?!\}).*\n)*.*$", before)
        majors = [m for m in dict.fromkeys(re.findall(r"\bIRP_MJ_\w+", text)) if "MAXIMUM" not in m]
        minors = list(dict.fromkeys(re.findall(r"\bIRP_MN_\w+", text)))
        power = {"IRP_MN_SET_POWER", "IRP_MN_QUERY_POWER", "IRP_MN_WAIT_WAKE"}
        if told:
            majors = ["IRP_MJ_" + m.strip() for m in told.group(1).split(",")]
        elif stored:
            majors = list(dict.fromkeys(stored))
        elif minors and not majors:
            majors = ["IRP_MJ_POWER"] if power & set(minors) else ["IRP_MJ_PNP"]
        elif majors and not minors:
            majors = majors + ([] if "IRP_MJ_READ" in majors else ["IRP_MJ_READ"])
        if not majors:
            majors = ["IRP_MJ_READ"]
        minors += ["0x18"] if minors else ["0"]

        def choose(values, what):
            if len(values) == 1:
                return values[0]
            table = ", ".join(values)
            return f'((const int[]){{{table}}})[K_Choose({len(values)}, "{what}")]' if self.lang == "c" else \
                f'Beh_Of(K_Choose({len(values)}, "{what}"), {table})'

        return choose(majors, "major"), choose(minors, "minor")

    def root(self, root, index):
        program = self.program
        closure = program.closure(root)
        self.text = program.text_of(closure)
        self.made, self.prototypes = {}, []
        out, args = [], []
        if root.method:
            raise CannotRun("a method")
        if root.template:
            raise CannotRun("a template that nobody calls")
        role = program.role(root)
        for i, (plain, spelled, name) in enumerate(root.params):
            plain = re.sub(r"\b(struct|union|enum|const|volatile)\b", "", plain).strip()
            known, fields = self.record(plain)
            label = name or f"parameter {i + 1}"
            if plain == "_IRP *":
                major, minor = self.code(root, closure)
                if name.lower() in ("own", "myirp"):
                    out.append(f'PIRP a{i} = K_OwnIrp("{label}");')
                else:
                    out.append(f'PIRP a{i} = K_Irp("{label}", {major}, {minor});')
                    if "IRP_PAGING_IO" in self.text:
                        out.append(f'if (K_Choose(2, "paging")) a{i}->Flags |= IRP_PAGING_IO;')
            elif plain == "_DEVICE_OBJECT *":
                out.append(f"PDEVICE_OBJECT a{i} = K_OwnDevice();" if i == 0 or OWN_DEVICE.match(label) or role in "dc" else f'PDEVICE_OBJECT a{i} = K_Device("{label}");')
            elif plain == "WDFDEVICE__ *":
                out.append(f"WDFDEVICE a{i} = (WDFDEVICE)K_OwnDevice();")
            elif "_KEVENT *" == plain:
                out.append(f'PKEVENT a{i} = (PKEVENT)K_Memory(sizeof(KEVENT), "{label}"); K_Name(a{i}, sizeof(KEVENT), "{label}", \'e\');')
            elif "(" in plain:
                if "IO_COMPLETION_ROUTINE" not in spelled:
                    raise CannotRun(f"parameter of type {spelled}")
                out.append(f"PIO_COMPLETION_ROUTINE a{i} = Done;")
            elif fields is not None and plain.endswith("*") and not plain.endswith("**") and known not in OPAQUE:
                out.append(f"{root.params[i][1].replace('const ', '')} a{i} = {self.object(root.params[i][0], fields, known)}();")
            elif fields is not None and plain.endswith("&") and not plain.endswith("&&"):
                if known != plain.rstrip("& ").split("::")[-1] and "*" in self.program.aliases.get("typedef of " + plain.rstrip("& "), "*"):
                    raise CannotRun(f"parameter of type {spelled}")
                pointer = root.params[i][0].replace("const ", "").rstrip("& ") + " *"
                args.append(f"*{self.object(pointer, fields, known)}()")
                continue
            elif plain in SCALARS or spelled in ("NTSTATUS",):
                if spelled == "NTSTATUS":
                    value = f'K_Choose(2, "{label}") ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS'
                else:
                    value = f'K_Choose({2 if SCALARS[plain] == 1 else 3}, "{label}")'
                out.append(f"{spelled.replace('const ', '')} a{i} = {value};")
            elif plain.endswith("*") and "_IRP" not in plain:
                if fields is None or known in OPAQUE:
                    out.append(f'void *a{i} = K_Memory(512, "{label}");')
                    if self.lang == "c++":
                        args.append(f"({spelled})a{i}")
                        continue
                else:
                    raise CannotRun(f"parameter of type {spelled}")
            else:
                raise CannotRun(f"parameter of type {spelled}")
            args.append(f"a{i}")
        # The device extension.
        found = re.search(r"\b(\w+)\s*\*?\s*(?:const\s+)?\w+\s*=\s*[^;={},]*->\s*DeviceExtension\s*\)*\s*;", self.text)
        cast = re.search(r"(?:\(\s*(?:struct\s+)?(\w+)\s*\*?\s*\)|_cast<\s*(?:struct\s+)?(\w+)[^>]*>\()\s*\(?[\w>\-]+(?:\([^()]*\))?\)?->DeviceExtension", self.text)
        type_ = (cast and (cast.group(1) or cast.group(2))) or (found and found.group(1))
        if type_ and self.record(type_)[1] is None:
            type_ = None
        if type_ is None and "DeviceExtension" in self.text:
            known = {}
            for f in closure:
                for plain, _, _ in f.params:
                    name, fields = self.record(plain)
                    if fields is not None and name not in OPAQUE and name not in LOCKS:
                        known[name] = ("ext" in name.lower(), len(fields))
            type_ = max(known, key=known.get, default=None)
        if type_:
            known, fields = self.record(type_)
            if fields is not None:
                spelled = known if self.lang == "c++" or not known.startswith("_") else "struct " + known
                out.insert(0, f"K_OwnDevice()->DeviceExtension = {self.object(spelled + ' *', fields, known)}();")
        call = f"{root.scope}{root.name}({', '.join(args)})"
        returns = root.returns
        kind = "N" if returns == "NTSTATUS" else "B" if returns in ("BOOLEAN", "bool", "_Bool") else "V" if returns in ("void", "VOID") else \
            "P" if returns.endswith("*") or returns in ("PVOID", "PIRP") else "?"
        if role == "c":
            out = [l for l in out if "K_Irp" not in l and not re.match(r"void \*a2|PDEVICE_OBJECT a0", l)]
            context = self.context(root)
            out.append(f"PIRP irp = K_Irp(\"Irp\", IRP_MJ_READ, 0);")
            out.append(f"PVOID context = {context};")
            out.append(f"K_Start(); K_CompleteInto(irp, {root.scope}{root.name}, context); K_Returned('c', 'N', STATUS_PENDING);")
        elif kind == "V":
            out.append(f"K_Start(); {call}; K_Returned('{role}', 'V', 0);")
        else:
            out.append(f"K_Start(); K_Returned('{role}', '{kind}', (long long){call});")
        # Variables of the file.
        globals_ = []
        for v in program.variables:
            name, type_ = v.get("name"), v["type"].get("desugaredQualType", v["type"]["qualType"])
            if not name or "const" in type_.split("*")[0].split() or not re.search(r"\b" + re.escape(name) + r"\b", self.text):
                continue
            if "::" in name or "constexpr" in v:
                continue
            plain = re.sub(r"\b(struct|volatile)\b", "", type_).strip()
            counts = plain in SCALARS and v["type"]["qualType"] != "NTSTATUS"
            kind_ = LOCKS.get(plain, "c" if counts else "-")
            globals_.append(f"K_Global((void *)&{name}, sizeof({name}), \"{name}\", '{kind_}');")
        body = "\n  ".join(globals_ + out)
        makes = "\n".join(m for m in self.made.values() if m)
        # One set of objects per root.
        text = "\n".join(self.prototypes) + "\n" + makes + f"\nstatic void Beh_Root(void) {{\n  {body}\n}}\n"
        for word in set(re.findall(r"\bBeh_(?:Make_\w+|Root)\b", text)):
            text = re.sub(r"\b" + word + r"\b", f"{word}_{index}", text)
        self.lines.append(text)
        return closure

    def context(self, root):
        found = re.search(r"\b(\w+)\s*\*?\s*(?:const\s+)?\w+\s*=\s*(?:\(\s*[\w ]+\*?\s*\)\s*|\w+_cast<[^>]*>\(\s*)?" + re.escape(root.params[2][2] or "Context") + r"\b", self.text)
        if found:
            known, fields = self.record(found.group(1))
            if fields is not None:
                spelled = known if self.lang == "c++" or not known.startswith("_") else "struct " + known
                return self.object(spelled + " *", fields, known) + "()"
        return 'K_Memory(512, "the context")'

    def finish(self, count):
        open_, close = ('extern "C" {\n', "\n}\n") if self.lang == "c++" else ("", "")
        of = "static int Beh_Of(int which, int a, int b = 0, int c = 0, int d = 0, int e = 0, int f = 0, int g = 0, int h = 0, int i = 0, int j = 0) { int all[] = {a, b, c, d, e, f, g, h, i, j}; return all[which % 10]; }\n" if self.lang == "c++" else ""
        cases = "\n".join(f"  case {i}: Beh_Root_{i}(); break;" for i in range(count) if f"Beh_Root_{i}(" in "".join(self.lines))
        done = "" if re.search(r"\bDone\b", self.program.text) else "IO_COMPLETION_ROUTINE Done;\n"
        return (
            '\n#line 1 "harness"\n#include "fake.h"\n' + open_ + done + "static unsigned Beh_Run;\n" + close + of
            + "\n".join(self.lines)
            + f"\n{open_}void Driver_Run(int Root) {{\n  Beh_Run++;\n  switch (Root) {{\n{cases}\n  }}\n}}{close}\n"
        )


def stubs(program, symbols):
    """C for the functions and variables of other files."""
    lines = ['#include "fake.h"', "NTSTATUS Done(PDEVICE_OBJECT, PIRP, PVOID);"]
    takes = False
    for n, symbol in enumerate(sorted(symbols)):
        f = next((f for f in program.functions.values() if f.symbol == symbol), None)
        if f is None:
            v = next((v for v in program.variables if v.get("mangledName", v.get("name")) == symbol), None)
            if v is None:
                if not symbol.startswith("?"):
                    raise Broken(f"'{symbol}' is defined nowhere")
                lines.append(f"void Stub{n}(void) {{ }}")
                continue
            lines.append(f"char Stub{n}[512];")
            continue
        types = [re.sub(r"\b(struct|const)\b", "", p[0]).strip() for p in f.params]
        args = ", ".join(f"void *a{i}" for i in range(len(types))) or "void"
        status = next((i for i, p in enumerate(f.params) if p[1] == "NTSTATUS"), None)
        head = f"long long Stub{n}({args}) {{ "
        if types == ["_DEVICE_OBJECT *", "_IRP *", "void *"] and f.returns in ("NTSTATUS", "long"):
            lines.append(head + "return Done((PDEVICE_OBJECT)a0, (PIRP)a1, a2); }")
            continue
        irps = [i for i, t in enumerate(types) if t == "_IRP *"]
        routine = next((i for i, p in enumerate(f.params) if "IO_COMPLETION_ROUTINE" in p[1]), None)
        if irps and routine is not None and f.returns == "NTSTATUS":
            context = next((i for i in range(len(types)) if types[i] == "void *"), None)
            lines.append(head + f"return IoSetCompletionRoutineEx(K_OwnDevice(), (PIRP)a{irps[0]}, (PIO_COMPLETION_ROUTINE)a{routine}, "
                         f"{'a%d' % context if context is not None else 0}, TRUE, TRUE, TRUE); }}")
            continue
        if len(irps) == 1 and re.search("complete|finish|fail", f.name, re.I):
            head += (f'K_CompletesIrp("{f.name}", (PIRP)a{irps[0]}, (NTSTATUS)(long long){"a%d" % status if status is not None else 0}, '
                     f'{int(status is not None)}); ')
            result = f"(long long)a{status}" if status is not None else "0"
            lines.append(head + f"return {result}; }}")
            continue
        for i, t in enumerate(types):
            if t == "_IRP *":
                takes = True
                head += f'K_GivenIrp("{f.name}", (PIRP)a{i}); '
        kind = "N" if f.returns == "NTSTATUS" else "B" if f.returns in ("BOOLEAN", "bool") else "V" if f.returns in ("void", "VOID") else \
            "P" if f.returns.endswith("*") or f.returns.startswith("P") or f.returns == "HANDLE" else "I"
        if "DEVICE_OBJECT" in f.returns:
            lines.append(head + "return (long long)K_OwnDevice(); }")
        elif kind == "P":
            lines.append(head + f'return (long long)K_UnknownPointer("{f.name}"); }}')
        else:
            lines.append(head + f'return K_Unknown("{f.name}", \'{kind}\'); }}')
    return "\n".join(lines) + "\n", takes


# --- Tools ------------------------------------------------------------------------------------


# Memory checkers that the plugin needs are not for the programs that are run here.
PLAIN = {k: v for k, v in os.environ.items() if k != "LD_PRELOAD"}


class Tools:
    def __init__(self, llvm="22", plugin="", tidy="", build="", bin_="", ddk=False):
        self.ddk = ddk
        self.target, self.native, self.forced = TARGET + (DDK if ddk else []), NATIVE + (DDK if ddk else []), []
        if ddk:
            self.forced = ["-DBEHAVIOUR_DDK", "-include", os.path.join(HERE, "Inputs", "ddk.h")]
        root = os.path.normpath(os.path.join(HERE, "..", ".."))
        build = build or os.path.join(root, f"build-{llvm}")
        folder = bin_ or f"/usr/lib/llvm-{llvm}/bin"
        self.clang = os.path.join(folder, "clang")
        self.nm = os.path.join(folder, "llvm-nm")
        self.objcopy = os.path.join(folder, "llvm-objcopy")
        self.tidy = [tidy] if tidy else [
            os.path.join(folder, "clang-tidy"),
            "--load=" + (plugin or os.path.join(build, "lib", "libclangTidyWdmModule.so"))]
        for name in [self.clang, self.nm, self.tidy[0]] + [t[7:] for t in self.tidy[1:]]:
            if not os.path.exists(name):
                raise Broken(f"{name} is missing")
        self.more, self.others = [], []
        self.work = os.path.realpath(tempfile.mkdtemp(prefix="behaviour-"))
        self.kernel = os.path.join(self.work, "kernel.o")
        self.host = os.path.join(self.work, "host.o")
        self.run([self.clang, *self.native, *self.forced, *[f"-I{i}" for i in INPUTS[: 1 if ddk else 2]], *standard("c", ddk), "-c",
                  os.path.join(HERE, "kernel.c"), "-o", self.kernel])
        self.run([self.clang, "-w", "-O1", "-c", os.path.join(HERE, "host.c"), "-o", self.host])
        self.known = self.symbols(self.kernel, "U")[1] | self.symbols(self.host, "U")[1]

    def includes(self, path):
        return [f"-I{os.path.dirname(path)}"] + [f"-I{i}" for i in self.more + INPUTS[: 1 if self.ddk else 2]]

    @staticmethod
    def run(command):
        done = subprocess.run(command, capture_output=True, text=True, env=PLAIN)
        if done.returncode:
            raise Broken(" ".join(command[:1] + command[-3:]) + ":\n" + done.stderr[:2000])
        return done.stdout

    def symbols(self, path, _):
        undefined, defined = set(), set()
        for line in self.run([self.nm, path]).split("\n"):
            m = re.match(r"[0-9a-f ]*([A-Za-z]) (.+)", line)
            if m:
                (undefined if m.group(1) in "Uw" else defined).add(m.group(2))
        return undefined, defined

    def close(self):
        shutil.rmtree(self.work, ignore_errors=True)


# --- Fixes ---------------------------------------------------------------------------------------


class Finding:
    def __init__(self, check, message, offset, options):
        self.check, self.message, self.offset = check, message, offset
        self.options = options  # [(title, edits)]; the first is what --fix does


def lint(tools, path, lang):
    export = os.path.join(tools.work, f"{os.path.basename(path)}-{abs(hash(path)) % 10**8}.yaml")
    done = subprocess.run(
        [*tools.tidy, "--checks=-*,wdm-io-set-completion-routine-ex*", "--config={}", "--quiet", f"--export-fixes={export}", path, "--",
         *tools.target, *tools.includes(path), *standard(lang, tools.ddk), "-w"],
        capture_output=True, text=True)
    if done.returncode < 0 or re.search(r": error: ", done.stdout):
        raise Broken(f"clang-tidy on {path}:\n{done.stdout[:1500]}{done.stderr[-1500:]}")
    found = []
    if not os.path.exists(export):
        return found
    with open(export, encoding="utf-8") as f:
        exported = yaml.load(f, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    for d in exported.get("Diagnostics", []):
        options = []
        for place_ in [d["DiagnosticMessage"], *d.get("Notes", [])]:
            edits = [(r["Offset"], r["Length"], r["ReplacementText"]) for r in place_.get("Replacements", [])
                     if os.path.realpath(r["FilePath"]) == os.path.realpath(path)]
            if edits:
                options.append(("" if place_ is d["DiagnosticMessage"] else place_["Message"], edits))
        if os.path.realpath(d["DiagnosticMessage"]["FilePath"] or path) == os.path.realpath(path):
            found.append(Finding(d["DiagnosticName"], d["DiagnosticMessage"]["Message"], d["DiagnosticMessage"]["FileOffset"], options))
    return found


def apply(text, edits):
    """As clang-tidy does: the same edit once, one that overlaps another not at all."""
    raw, at, done = text.encode("utf-8", "surrogateescape"), 0, b""
    for offset, length, new in sorted(dict.fromkeys(edits), key=lambda e: (e[0], e[1])):
        if offset < at:
            continue
        done += raw[at:offset] + new.encode("utf-8")
        at = offset + length
    return (done + raw[at:]).decode("utf-8", "surrogateescape")


def manner(edits):
    """What a fix does on failure."""
    text = " ".join(e[2] for e in edits)
    if re.search(r"\bIoSetCompletionRoutine\s*\(", text):
        return "falls back"
    if "IoSkipCurrentIrpStackLocation" in text:
        return "skips"
    if "goto" in text or "__leave" in text:
        return "leaves by " + ("goto" if "goto" in text else "__leave")
    if "IoCompleteRequest" in text or "IofCompleteRequest" in text:
        return "completes and returns"
    if "IoFreeIrp" in text:
        return "frees and returns"
    if "return" in text:
        return "returns"
    return "guards" if re.search(r"\bif\b|NT_SUCCESS", text) else "changes an argument"


# --- Running ----------------------------------------------------------------------------------


class Run:
    __slots__ = ("choices", "ok", "failed", "sent", "left", "completed", "failure", "story", "requests", "calls", "faults")

    def __init__(self, line):
        f = line.split("\t")
        self.choices = f[0]
        self.ok, self.failed, self.sent, self.left, self.completed, self.failure = map(int, f[1:7])
        self.story, self.requests = f[7], frozenset(r for r in f[8].split(",") if r)
        self.calls = collections.Counter(c for c in f[9].split(",") if c)
        self.faults = frozenset(x for x in f[10].split("|") if x)

    @property
    def over(self):
        return not any(x.startswith(ENDS_EARLY) for x in self.faults)


def runs_of(binary, root, environment, limit):
    done = subprocess.run([binary, str(root), str(environment), str(limit)], capture_output=True, text=True,
                          errors="replace", timeout=300, env=PLAIN)
    if done.returncode:
        raise Broken(f"{binary} ended with {done.returncode}")
    found, sampled = {}, False
    for line in done.stdout.split("\n"):
        if line == "sampled":
            sampled = True
        elif line:
            run = Run(line)
            found[run.choices] = run
    return found, sampled


def tell(binary, root, environment, choices):
    values = ",".join(c.rsplit("=", 1)[1] for c in choices.split(",")) if choices else ""
    return subprocess.run([binary, str(root), str(environment), "0", values], capture_output=True, text=True,
                          errors="replace", env=PLAIN).stdout


def hard(faults):
    return [f for f in faults if not f.startswith(SOFT)]


ENVIRONMENTS = [0, 3, 4, 7, 64, 67, 8, 12, 1, 72, 10, 14]


def describe(environment):
    words = ["keeps the IRP", "sets the event", "gives back what is held", "frees the IRP"]
    said = [w for i, w in enumerate(words) if environment & (1 << i)]
    if environment & 64:
        said.append("counts down")
    text = "the routine in another file " + (" and ".join(said) if said else "lets the IRP go on")
    if environment & 16:
        text += "; functions of other files take the IRP"
    if environment & 32:
        text += "; events are set at the start"
    return text


class Result:
    def __init__(self, function, title, how, verdict, why="", root="", story="", scenarios=0, line=0, edits=()):
        self.function, self.title, self.how, self.verdict, self.why = function, title, how, verdict, why
        self.root, self.story, self.scenarios, self.line, self.edits = root, story, scenarios, line, edits
        self.file = self.known = self.fixed = ""


def pairs(good):
    """Functions of other files that each own failing way out calls as often as another."""
    own = [r.calls for r in good if not r.sent and r.failure == 1]
    names = sorted({n for c in own for n in c})
    return [(a, b) for a in names for b in names if a != b and all(c[a] == c[b] for c in own)
            and any(r.calls[a] for r in good if r.sent)]


def judge(before, after, how, role, mixed, sampled):
    """(fault, choices) of the first wrong run, or None; and how many runs had a failure."""
    good = [r for r in before.values() if not r.failed and r.over]
    sent = set().union(*[r.faults for r in good if r.sent]) if good else set()
    unsent = set().union(*[r.faults for r in good if not r.sent]) if good else set()
    counted = {f for f in sent | unsent if f.startswith(SOFT)}
    # What every run of the author's does is his habit.
    always = frozenset.intersection(*[r.faults for r in good]) if good else frozenset()
    failing = [r for r in before.values() if r.failed]
    old = set().union(*[r.faults for r in failing]) if mixed and failing else set()
    requests = set().union(*[r.requests for r in before.values()])
    exits = {bool(r.left) for r in good if not r.sent and r.failure == 1}
    undone = pairs(good)
    # What the kernel waits for on every way out.
    own = [r for r in good if not r.sent]
    always_called = {n for n in ("IoStartNextPacket",) if own and all(r.calls[n] for r in good)}
    count, wrong, same = 0, [], []
    for run in after.values():
        if not run.failed:
            twin = before.get(run.choices)
            if (twin.story, twin.faults) == (run.story, run.faults) if twin is not None else sampled:
                continue
            if run.ok or run.failure != 1:
                wrong.append(("differs where the registration succeeds", run))
                continue
            # A helper failed before it registered: as if the registration had.
        twin = before.get(run.choices)
        if not run.over or twin is not None and (twin.story, twin.faults) == (run.story, run.faults):
            count += how == "changes an argument"
            # Another registration failed, which the fix has nothing to do with.
            same += [("sent-without-routine", run)] if any(f.startswith("sent-without-routine") for f in run.faults) else []
            continue
        count += 1
        allowed = (unsent | sent if run.sent else unsent) | counted | always | old
        for fault in sorted(run.faults - allowed):
            wrong.append((fault, run))
        if not run.sent:
            wrong += [(f"does not call '{n}', which its own failing exits do", run) for n in sorted(always_called) if not run.calls[n]]
            wrong += [(f"calls '{a}' but not '{b}', which its own failing exits do", run) for a, b in undone
                      if run.calls[a] > run.calls[b]]
        if run.sent and run.requests - requests and good:
            wrong.append(("the lower driver sees another request", run))
        if role == "h" and not run.sent and len(exits) == 1 and run.left != int(*exits) and run.failure == 1 and not mixed:
            wrong.append(("left to the caller, where its own exits complete it" if run.left else
                          "completed, where its own exits leave it to the caller", run))
        if how == "falls back" and run.over and not mixed:
            twin = before.get(re.sub(r"\bregister=1", "register=0", run.choices))
            if twin is not None and (not twin.over or twin.sent != run.sent):
                continue
            if twin is not None and run.faults - twin.faults:
                wrong.append(("ends otherwise than after a success: " + ", ".join(sorted(run.faults - twin.faults)), run))
            elif twin is not None and run.sent and not twin.failure and run.failure == 1:
                wrong.append(("returns a failure, but has sent the IRP as if all were well", run))
    if not count and same and not mixed and not any(f.startswith("sent-without-routine") for f in sent):
        # It has to do with none.
        wrong, count = wrong + same, len(same)
    # The shortest story tells it best.
    wrong.sort(key=lambda w: (len(w[1].choices), w[0]))
    return (wrong[0] if wrong else None), count, sorted({w[0] for w in wrong})


class File:
    """One source file: its findings, its versions, their runs."""

    def __init__(self, tools, path, limit=LIMIT, only=None, findings=None):
        self.tools, self.path, self.limit, self.only = tools, os.path.realpath(path), limit, only
        self.lang = "c++" if path.endswith((".cpp", ".cxx", ".cc")) else "c"
        self.findings = findings
        self.results, self.bad = [], []
        self.scenarios = self.functions = 0

    def build(self, name, text, link):
        source = os.path.join(self.folder, f"{name}{'.cpp' if self.lang == 'c++' else '.c'}")
        with open(source, "w", encoding="utf-8", errors="surrogateescape", newline="") as f:
            f.write(text)
        object_ = os.path.join(self.folder, name + ".o")
        self.tools.run([self.tools.clang, *self.tools.native, *self.tools.forced, *self.tools.includes(self.path), *standard(self.lang, self.tools.ddk),
                        *(["-fno-exceptions"] if self.lang == "c++" else []), "-c", source, "-o", object_])
        if not link:
            return object_
        self.tools.run([self.tools.objcopy, f"--redefine-syms={self.renamed}", object_])
        binary = os.path.join(self.folder, name)
        self.tools.run([self.tools.clang, *MANY, object_, *link, self.tools.kernel, self.tools.host, "-o", binary])
        return binary

    def work(self):
        self.folder = tempfile.mkdtemp(dir=self.tools.work)
        program = Program(self.tools, self.path, self.lang)
        findings = self.findings if self.findings is not None else lint(self.tools, self.path, self.lang)
        raw = program.text.encode("utf-8", "surrogateescape")

        def line_of(offset):
            return raw.count(b"\n", 0, offset) + 1

        fixed, unfixed = [], []
        for f in findings:
            f.function = program.at(f.offset)
            (fixed if f.options else unfixed).append(f)
        try:
            self.look(program, findings, fixed, unfixed, raw, line_of)
        finally:
            self.expect(program)

    def look(self, program, findings, fixed, unfixed, raw, line_of):
        for f in unfixed:
            self.add(Result(f.function.name if f.function else "?", "", "", "no fix", f.message, line=line_of(f.offset)))
        if not fixed:
            return
        harness = Harness(program, self.lang)
        roots, place_of, closures, reasons = [], {}, {}, {}
        for f in fixed:
            offsets = [e[0] for o in f.options for e in o[1]]
            inside = program.at(f.offset) or program.at(max(offsets))
            f.roots = program.roots(inside) if inside else []
            f.name = inside.name if inside else "?"
            for r in f.roots:
                if r.symbol in place_of or r.symbol in reasons:
                    continue
                try:
                    closures[r.symbol] = harness.root(r, len(roots))
                    place_of[r.symbol] = len(roots)
                    roots.append(r)
                except CannotRun as why:
                    reasons[r.symbol] = str(why)
        tail = harness.finish(len(roots))
        original = program.text + tail
        object_ = self.build("before", original, None)
        undefined, _ = self.tools.symbols(object_, "")
        others = [o for p, o in self.tools.others if p != self.path]
        theirs = set()
        for o in others:
            more, mine = self.tools.symbols(o, "")
            theirs |= mine
            undefined |= more
        own = self.tools.symbols(object_, "")[1]
        missing = {u for u in undefined - theirs - own if u not in self.tools.known and not u.startswith("_GLOBAL")}
        text, takes = stubs(program, missing)
        stub = os.path.join(self.folder, "stubs.c")
        with open(stub, "w", encoding="utf-8") as f:
            f.write(text)
        stub_object = stub[:-1] + "o"
        self.tools.run([self.tools.clang, *self.tools.native, *self.tools.forced, *self.tools.includes(self.path), *standard("c", self.tools.ddk), "-c", stub, "-o", stub_object])
        binary = os.path.join(self.folder, "before")
        # The names of C++ have an @, which the linker takes for a version.
        self.renamed = os.path.join(self.folder, "renamed")
        with open(self.renamed, "w", encoding="utf-8") as f:
            f.writelines(f"{symbol} Stub{n}\n" for n, symbol in enumerate(sorted(missing)))
        self.tools.run([self.tools.objcopy, f"--redefine-syms={self.renamed}", object_])
        linked = []
        for n, o in enumerate(others):
            linked.append(os.path.join(self.folder, f"other{n}.o"))
            self.tools.run([self.tools.objcopy, f"--redefine-syms={self.renamed}", o, linked[-1]])
        linked.append(stub_object)
        self.tools.run([self.tools.clang, *MANY, object_, *linked, self.tools.kernel, self.tools.host, "-o", binary])
        # Version k has of every finding its fix k, or what --fix does.
        count = max(len(f.options) for f in fixed)
        versions = []
        for k in range(count):
            edits = [e for f in fixed for e in (f.options[k] if k < len(f.options) else f.options[0])[1]]
            try:
                versions.append(self.build(f"after{k}", apply(program.text, edits) + tail, linked))
            except Broken as problem:
                versions.append(None)
                self.blame(program, fixed, k, str(problem), line_of)
        originals = {}
        for f in fixed:
            for k, (title, edits) in enumerate(f.options):
                if versions[k] is None:
                    if not any((r.line, r.title, r.verdict) == (line_of(f.offset), title, "wrong") for r in self.results):
                        self.add(Result(f.name, title, manner(edits), "not run", "another fix does not compile", line=line_of(f.offset)))
                    continue
                how = manner(edits) if f.check != "marked" else manner(
                    [(0, 0, raw[e[0] : raw.find(b"\n", e[0])].decode()) for e in edits])
                if not f.roots or all(r.symbol in reasons for r in f.roots):
                    why = "; ".join(sorted({reasons.get(r.symbol, "") for r in f.roots})) or "not in a function"
                    self.add(Result(f.name, title, how, "not run", why, line=line_of(f.offset)))
                    continue
                self.add(self.run_option(program, f, k, title, how, unfixed, place_of, closures, versions, binary,
                                         originals, takes, line_of(f.offset), edits))

    def blame(self, program, fixed, k, problem, line_of):
        """Which fix does not compile?"""
        found = False
        for f in fixed:
            title, edits = f.options[k] if k < len(f.options) else f.options[0]
            try:
                self.build("single", apply(program.text, edits), None)
            except Broken as single:
                found = True
                why = re.search(r"error: (.*)", str(single))
                result = Result(f.name, title, manner(edits), "wrong", "does not compile: " + (why.group(1) if why else ""),
                                f.name, str(single), line=line_of(f.offset), edits=edits)
                result.fixed = self.fixed_text(program, edits)
                if not any((r.line, r.title, r.verdict) == (result.line, title, "wrong") for r in self.results):
                    self.add(result)
        if not found:
            raise Broken("the fixes do not compile together: " + problem)

    def add(self, result):
        result.file = self.path
        self.results.append(result)

    def expect(self, program):
        """What the comment above a function says: 'want: leave', 'want: fall back', 'want: nothing' of the fix that
        --fix applies; 'known wrong (HOW): WHY' of a fix that is."""
        raw = program.text.encode("utf-8", "surrogateescape")
        for f in {f.begin: f for f in program.defined()}.values():
            above = re.search(r"((?:/\*(?:(?!\*/).)*\*/|//[^\n]*)\s*)+(?:[\w ,]+;\s*)?$",
                              raw[max(0, f.begin - 3000) : f.begin].decode("utf-8", "replace"), re.S)
            if not above:
                continue
            mine = [r for r in self.results if r.function == f.name]
            for how, why in re.findall(r"known wrong \(([^)]+)\): ([^*\n]+)", above.group(0)):
                found = [r for r in mine if r.how == how]
                for r in found:
                    if r.verdict == "wrong":
                        r.verdict, r.known = "known wrong", why.strip()
                    elif r.verdict == "right":
                        r.verdict, r.why = "not as wanted", "it is right now: take the comment away"
                if not found:
                    self.bad.append(f"{f.name}: no fix {how}, which is said to be known wrong")
            for want in re.findall(r"want: (leave|fall back|nothing)", above.group(0)):
                for r in [r for r in mine if not r.title][:1]:
                    is_ = "nothing" if not r.how else "fall back" if r.how == "falls back" else "leave"
                    if is_ != want and r.verdict in ("right", "no fix"):
                        r.verdict, r.why = "not as wanted", f"it should {want}"

    def environments(self, program, root, closure, takes):
        text = program.text_of(closure)
        unseen = [f for f in program.functions.values() if not f.body and "IO_COMPLETION_ROUTINE" in f.roles]
        unknown = any(re.search(r"\b" + re.escape(f.name) + r"\b", text) for f in unseen) or \
            any("IO_COMPLETION_ROUTINE" in p[1] for p in root.params)
        found = ENVIRONMENTS if unknown else [0]
        if "KeWaitFor" not in text:
            found = [e for e in found if not e & 2]
        if not re.search(r"Interlocked(Increment|Decrement|Add)|\+\+|--", text):
            found = [e for e in found if not e & 64]
        if takes:
            found = [e | t for e in found for t in (0, 16)]
        if "KeWaitFor" in text:
            found = [e | s for e in found for s in (0, 32)]
        return found

    def plausible(self, program, root, index, closure, takes, binary):
        """The habits of other files under which the original does best, with its runs."""
        tried = []
        for environment in self.environments(program, root, closure, takes):
            before, sampled = runs_of(binary, index, environment, self.limit)
            good = [r for r in before.values() if not r.failed and r.over]
            # Events that are set from the start are the odd case.
            worst = (sum(bool(hard(r.faults)) for r in good), bool(environment & 32),
                     sum(bool(r.faults) for r in good))
            tried.append((worst, environment, before, sampled, len(good)))
        best = min(t[0] for t in tried)
        return [t for t in tried if t[0] == best][:3]

    def run_option(self, program, f, k, title, how, unfixed, place_of, closures, versions, binary, originals, takes, line, edits):
        total = failures = 0
        notes = []
        for root in f.roots:
            if root.symbol not in place_of:
                continue
            index, closure = place_of[root.symbol], closures[root.symbol]
            mixed = any(u.function in closure for u in unfixed)
            if root.symbol not in originals:
                originals[root.symbol] = self.plausible(program, root, index, closure, takes, binary)
            for worst, environment, before, sampled, good in originals[root.symbol]:
                after, _ = runs_of(versions[k], index, environment, self.limit)
                total += len(after)
                if not good:
                    notes.append("every run of the original ends early")
                    continue
                if all(any(x.startswith(("crash", "harness")) for x in r.faults) for r in before.values() if not r.failed and r.over):
                    notes.append("every run of the original breaks")
                    continue
                found, count, all_ = judge(before, after, how, program.role(root), mixed, sampled)
                failures += count
                if found:
                    fault, run = found
                    story = f"  ({describe(environment)})\n  chosen: {run.choices}\n" + tell(versions[k], index, environment, run.choices)
                    self.scenarios += total
                    result = Result(f.name, title, how, "wrong", "; ".join(all_), root.name, story, total, line, edits)
                    result.fixed = self.fixed_text(program, edits)
                    return result
                if worst[0]:
                    notes.append("the original is not clean")
        self.scenarios += total
        if not failures:
            return Result(f.name, title, how, "not run", "no run has a failing registration" + "".join("; " + n for n in sorted(set(notes))), line=line, scenarios=total)
        return Result(f.name, title, how, "right", "; ".join(sorted(set(notes))), line=line, scenarios=total)


    @staticmethod
    def fixed_text(program, edits):
        """The functions that the fix changes, as they are then."""
        pieces = []
        for f in {f.begin: f for f in program.defined()}.values():
            inside = [e for e in edits if f.begin <= e[0] <= f.end + 1]
            if inside:
                raw = program.text.encode("utf-8", "surrogateescape")
                text = raw[f.begin : f.end + 1].decode("utf-8", "replace")
                pieces.append(apply(text, [(o - f.begin, l, t) for o, l, t in inside]))
        return "\n".join(pieces)


def marked(path):
    """The fixes that are written down in a file, one for each function that has some: what its lines
    with //+ say. Also what each function has to end with."""
    with open(path, encoding="utf-8") as f:
        text = f.read()
    found, wanted = [], {}
    pieces = re.split(r"(?m)^(?=// (?:major|ends with):)", text)
    at, ends = len(pieces[0]), []
    for piece in pieces[1:]:
        ends += re.findall(r"(?m)^// ends with: (.*)$", piece)
        marks = [m.start() for m in re.finditer(r"//\+ ", piece)]
        if marks:
            where = at + marks[0]
            found.append(Finding("marked", "", where, [("", [(at + m, 4, "") for m in marks])]))
            wanted[where] = ends
            ends = []
        at += len(piece)
    return found, wanted


def driver(tools, paths):
    """Compiles the files of one driver, which are then linked to each other."""
    for i, path in enumerate(paths):
        path = os.path.realpath(path)
        lang = "c++" if path.endswith("pp") else "c"
        object_ = os.path.join(tools.work, f"whole{i}.o")
        tools.run([tools.clang, *tools.native, *tools.forced, *tools.includes(path), *standard(lang, tools.ddk),
                   *(["-fno-exceptions"] if lang == "c++" else []), "-c", path, "-o", object_])
        tools.others.append((path, object_))


def check(tools, paths, jobs, limit=LIMIT, say=lambda file: None, findings=None):
    files = [File(tools, p, limit, findings=findings) for p in paths]

    def work(file):
        try:
            file.work()
        except (Broken, subprocess.TimeoutExpired) as problem:
            file.bad.append(str(problem))
        say(file)
        return file

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(work, files))
