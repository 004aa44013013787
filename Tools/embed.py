#!/usr/bin/env python3
"""Writes the Swift copies of the files the binary carries: recipes, policies and the truth of the built-in set.

usage: Tools/embed.py        (from the repository root; a test compares the copies with the files)
"""
import pathlib

HEADER = "// Written by Tools/embed.py from {folder}/; a test compares the two.\n\n"


def embed(folder, target, type_name, comment, ending="", pattern="*.yaml"):
    lines = [HEADER.format(folder=folder), f"/// {comment}\n", f"package enum {type_name} {{\n",
             "    /// By name.\n", "    package static let texts: [String: String] = [\n"]
    paths = sorted(pathlib.Path(folder).glob(pattern))
    for path in paths:
        lines.append(f'        "{path.stem}{ending}": #"""\n')
        lines += ["        " + line + "\n" if line else "\n" for line in path.read_text().splitlines()]
        # As the formatter has it: no comma in a list of one.
        lines += ['\n        """#' + "," * (len(paths) > 1) + "\n"]
    lines += ["    ]\n", "}\n"]
    pathlib.Path(target).write_text("".join(lines))


embed("recipes", "Sources/Searches/BuiltInRecipes.swift", "BuiltInRecipes", "The recipes in recipes/, embedded.")
embed("policies", "Sources/Policies/PolicyFiles.swift", "PolicyFiles", "The files of policies/, embedded.", ".yaml")
embed("docs/results", "Sources/Searches/BuiltInTruths.swift", "BuiltInTruths",
      "Truth tables of docs/results/ that belong to built-in data, embedded.", pattern="synthetic_64.csv")
