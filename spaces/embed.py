#!/usr/bin/env python3
"""Writes the embedded copies of the built-in spaces; run it from the package's folder after editing spaces/*.yaml."""
import pathlib

here = pathlib.Path(__file__).parent
rooms = here.parent / "Sources" / "Architectures"
for file, swift, constant in [
    ("deeper-insights", "BuiltInDeeperInsights", "deeperInsightsText"),
    ("nas-bench-201", "BuiltInNASBench201", "nasBench201Text"),
]:
    text = (here / f"{file}.yaml").read_text()
    assert '"""#' not in text
    body = "".join(f"        {line}\n" if line else "\n" for line in text.split("\n"))
    (rooms / f"{swift}.swift").write_text(
        "extension SearchSpace {\n"
        f"    /// A copy of `spaces/{file}.yaml`; a test holds them equal, `spaces/embed.py` writes it.\n"
        f'    package static let {constant} = #"""\n{body}        """#\n}}\n'
    )
