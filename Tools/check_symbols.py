"""Checks that every public symbol has a doc comment of its own or of the requirement it fulfils.

    python3 Tools/check_symbols.py GRAPH.symbols.json...
"""
import json
import sys


def undocumented(path):
    with open(path) as file:
        graph = json.load(file)
    for symbol in graph["symbols"]:
        if not any(line["text"].strip() for line in symbol.get("docComment", {}).get("lines", [])):
            yield "{}.{}".format(graph["module"]["name"], ".".join(symbol["pathComponents"]))


def main(paths):
    found = sorted({name for path in paths for name in undocumented(path)})
    print("\n".join(f"{name} has no doc comment" for name in found) or "every public symbol is documented")
    sys.exit(bool(found))


if __name__ == "__main__":
    main(sys.argv[1:])
