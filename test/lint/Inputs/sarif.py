# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads a SARIF report in the way that others do.

  sarif.py results LOG      one line for each result
  sarif.py notices LOG      one line for each notification, and whether it was whole
  sarif.py flow LOG         the steps of each code flow
  sarif.py apply LOG        applies the first fix of each result, by lines and columns;
                            the bytes that the region names have to be the same
  sarif.py schema LOG FILE  validates it against the schema in FILE
"""

import base64
import json
import os
import sys
import urllib.parse


def runs(log):
    with open(log, encoding="utf-8") as f:
        return json.load(f)["runs"]


def place(location):
    physical = location["physicalLocation"]
    region = physical["region"]
    return "{}:{}:{}".format(
        os.path.basename(physical["artifactLocation"]["uri"]),
        region["startLine"],
        region["startColumn"],
    )


def results(log):
    for run in runs(log):
        rules = run["tool"]["driver"]["rules"]
        for r in run["results"]:
            assert rules[r["ruleIndex"]]["id"] == r["ruleId"]
            words = [place(r["locations"][0]), r["ruleId"], r["level"]]
            for logical in r["locations"][0].get("logicalLocations", []):
                words.append("in " + logical["fullyQualifiedName"])
            words.append(f"fixes: {len(r.get('fixes', []))}")
            if "noFix" in r.get("properties", {}):
                words.append("no fix: " + r["properties"]["noFix"])
            if "baselineState" in r:
                words.append(r["baselineState"])
            words += ["silenced" for _ in r.get("suppressions", [])]
            print(" | ".join(words))


def flow(log):
    for run in runs(log):
        for r in run["results"]:
            for step in r["codeFlows"][0]["threadFlows"][0]["locations"]:
                print(place(step["location"]), step["location"]["message"]["text"])
            print("--", len(r["relatedLocations"]), "related")


def notices(log):
    for run in runs(log):
        for i in run["invocations"]:
            print("successful:", i["executionSuccessful"], "status:", i["exitCode"])
            for key in ("toolExecutionNotifications", "toolConfigurationNotifications"):
                for n in i.get(key, []):
                    where = place(n["locations"][0]) + " " if "locations" in n else ""
                    print(n["level"], n["descriptor"]["id"], where + n["message"]["text"])


def offset(lines, line, column):
    """In bytes; columns count code units of UTF-16."""
    text = lines[line - 1] if line <= len(lines) else b""
    units = text.decode("utf-8").encode("utf-16-le")[: 2 * (column - 1)]
    return sum(map(len, lines[: line - 1])) + len(units.decode("utf-16-le").encode())


def apply(log):
    changes = {}
    for run in runs(log):
        root = run["originalUriBaseIds"]["SRCROOT"]["uri"]
        for r in run["results"]:
            if r.get("suppressions") or not r.get("fixes"):
                continue
            for change in r["fixes"][0]["artifactChanges"]:
                uri = change["artifactLocation"]["uri"]
                if "uriBaseId" in change["artifactLocation"]:
                    uri = urllib.parse.urljoin(root, uri)
                path = urllib.parse.unquote(urllib.parse.urlparse(uri).path)
                changes.setdefault(os.path.realpath(path), []).extend(change["replacements"])
    for path, replacements in changes.items():
        with open(path, "rb") as f:
            data = f.read()
        lines = data.splitlines(keepends=True)
        edits = set()
        for one in replacements:
            region = one["deletedRegion"]
            start = offset(lines, region["startLine"], region["startColumn"])
            end = offset(lines, region["endLine"], region["endColumn"])
            assert start == region["byteOffset"], (path, region, start)
            assert end - start == region["byteLength"], (path, region, end)
            content = one["insertedContent"]
            new = content.get("text", "").encode()
            if "binary" in content:
                new = base64.b64decode(content["binary"])
            edits.add((start, end, new))
        for start, end, new in sorted(edits, reverse=True):
            data = data[:start] + new + data[end:]
        with open(path, "wb") as f:
            f.write(data)
        print(f"{os.path.basename(path)}: {len(edits)} edits")


def schema(log, file):
    import jsonschema

    with open(file, encoding="utf-8-sig") as f:
        wanted = json.load(f)
    with open(log, encoding="utf-8") as f:
        jsonschema.validate(json.load(f), wanted)
    print("valid")


if __name__ == "__main__":
    actions = (results, flow, notices, apply, schema)
    {a.__name__: a for a in actions}[sys.argv[1]](*sys.argv[2:])
