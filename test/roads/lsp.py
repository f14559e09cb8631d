# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A small LSP client: as much as a test of clangd needs."""

import json
import os
import queue
import subprocess
import threading
import time
import urllib.parse

TIMEOUT = 180


class Failure(Exception):
    pass


def uri(path):
    return "file://" + urllib.parse.quote(os.path.abspath(path))


def plain(address):
    """The same for all spellings of a URI: VS Code writes file:///c%3A/..."""
    return urllib.parse.unquote(address)


class Session:
    """One clangd, spoken to over its standard input and output."""

    def __init__(self, command, root, log, env=None):
        self.log = open(log, "wb")
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            cwd=root,
            env={**os.environ, **(env or {})},
        )
        self.messages = queue.Queue()
        self.published = {}  # uri -> (version, diagnostics), the last ones
        self.number = 0
        threading.Thread(target=self._read, daemon=True).start()
        self.capabilities = self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": uri(root),
                "capabilities": {
                    "textDocument": {
                        "publishDiagnostics": {
                            "relatedInformation": True,
                            "codeActionsInline": False,
                            "versionSupport": True,
                        },
                        "codeAction": {
                            "codeActionLiteralSupport": {
                                "codeActionKind": {"valueSet": ["quickfix", "refactor"]}
                            },
                            "isPreferredSupport": True,
                        },
                    },
                    "offsetEncoding": ["utf-8"],
                },
            },
        )["capabilities"]
        self.notify("initialized", {})

    def _read(self):
        stream = self.process.stdout
        while True:
            length = None
            while True:
                line = stream.readline()
                if not line:
                    self.messages.put(None)
                    return
                line = line.strip()
                if not line:
                    break
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            self.messages.put(json.loads(stream.read(length)))

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        head = f"Content-Length: {len(body)}\r\n\r\n".encode()
        self.process.stdin.write(head + body)
        self.process.stdin.flush()

    def notify(self, method, params):
        self._send({"method": method, "params": params})

    def _next(self, deadline, what):
        """The next message; keeps diagnostics, answers what the server asks."""
        try:
            message = self.messages.get(timeout=max(0.01, deadline - time.time()))
        except queue.Empty:
            raise Failure(f"nothing came in {TIMEOUT} s while waiting for {what}")
        if message is None:
            raise Failure(f"the server ended while waiting for {what}")
        if message.get("method") == "textDocument/publishDiagnostics":
            params = message["params"]
            self.published[plain(params["uri"])] = (
                params.get("version"),
                params["diagnostics"],
            )
        elif "method" in message and "id" in message:
            self._send({"id": message["id"], "result": None})
        return message

    def request(self, method, params):
        self.number += 1
        self._send({"id": self.number, "method": method, "params": params})
        deadline = time.time() + TIMEOUT
        while True:
            message = self._next(deadline, method)
            if message.get("id") == self.number and "method" not in message:
                if "error" in message:
                    raise Failure(f"{method}: {message['error']}")
                return message["result"]

    def diagnostics(self, document):
        """The diagnostics of the version of the document that was sent last."""
        deadline = time.time() + TIMEOUT
        while True:
            version, found = self.published.get(plain(document.uri), (None, None))
            if version == document.version:
                return found
            self._next(deadline, f"diagnostics of {document.path}")

    def close(self):
        self.request("shutdown", None)
        self.notify("exit", None)
        status = self.process.wait(timeout=TIMEOUT)
        self.log.close()
        return status


class Document:
    """An open file, whose buffer may differ from the disk's text."""

    def __init__(self, session, path, language="c"):
        self.session, self.path, self.uri = session, path, uri(path)
        with open(path, "rb") as f:
            self.text = f.read().decode("utf-8")
        self.version = 1
        session.notify(
            "textDocument/didOpen",
            {
                "textDocument": {
                    "uri": self.uri,
                    "languageId": language,
                    "version": 1,
                    "text": self.text,
                }
            },
        )

    def change(self, text):
        self.text = text
        self.version += 1
        self.session.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": self.uri, "version": self.version},
                "contentChanges": [{"text": text}],
            },
        )

    def diagnostics(self):
        return self.session.diagnostics(self)

    def actions(self, diagnostic):
        return self.session.request(
            "textDocument/codeAction",
            {
                "textDocument": {"uri": self.uri},
                "range": diagnostic["range"],
                "context": {"diagnostics": [diagnostic]},
            },
        )

    def offset(self, position):
        lines = self.text.split("\n")
        before = sum(len(l) + 1 for l in lines[: position["line"]])
        line = lines[position["line"]].encode("utf-8")
        return before + len(line[: position["character"]].decode("utf-8"))

    def apply(self, action):
        """Does what an editor does with a code action that carries an edit."""
        edit = action["edit"]
        changes = list(edit.get("changes", {}).items()) or [
            (change["textDocument"]["uri"], change["edits"])
            for change in edit["documentChanges"]
        ]
        edits = [e for uri, es in changes if plain(uri) == plain(self.uri) for e in es]
        text = self.text
        # From the end, so that the offsets before stay true.
        for e in sorted(
            edits, key=lambda e: self.offset(e["range"]["start"]), reverse=True
        ):
            start = self.offset(e["range"]["start"])
            end = self.offset(e["range"]["end"])
            text = text[:start] + e["newText"] + text[end:]
        self.change(text)
