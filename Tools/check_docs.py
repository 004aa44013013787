"""Checks the pages: every relative link leads to a file, every path in backticks that looks like one of ours exists.

    python3 Tools/check_docs.py
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROOMS = ("Sources/", "Tests/", "Tools/", "Benchmarks/", "Examples/", "docs/", "policies/", "recipes/")


def problems(page):
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.M | re.S)
    for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" not in link and not (page.parent / link).exists():
            yield f"the link {link} leads nowhere"
    for path in re.findall(r"`([^`\s]+)`", text):
        if path.startswith(ROOMS) and not re.search(r"[*<>{}…]|NAME|\.\.\.", path) and not (ROOT / path).exists():
            yield f"`{path}` does not exist"


def main():
    pages = sorted(
        page for folder in (".", "docs", "policies", "recipes", "checkpoints", "Benchmarks", "Examples", "Examples/custom-policy")
        for page in (ROOT / folder).glob("*.md"))
    found = [f"{page.relative_to(ROOT)}: {problem}" for page in pages for problem in problems(page)]
    print("\n".join(found) or f"{len(pages)} pages checked")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
