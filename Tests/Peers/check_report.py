"""Opens reports in headless Chromium and looks for what a reader would not see: console errors, requests, and parts that
are wider than a phone; html5lib reads the pages strictly. Screenshots go to a folder, for people to look at.

Usage: check_report.py ESPALIER [FOLDER]
       check_report.py ESPALIER --picture     makes docs/images/report.png anew: the built-in search, a minute
FOLDER (default .build/report-shots) is made; it gets NAME-light.png, NAME-dark.png and NAME-phone.png for each page.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import html5lib

ROOT = pathlib.Path(__file__).resolve().parents[2]
PHONE = 390

RECIPE = """
schema: espalier.recipe/1
space: {use: deeper-insights, cells: 1}
data:
  set: synthetic
  hold-out: {rank: 64, pick: 64}
train:
  batch: 64
  budget: {macs: 1.5e11}
score: {window: 2}
rounds:
  - {at: 0.5, regroup: none}
  - {at: 0.7, regroup: {by: similarity, count: 3}}
policy: {use: keep-fraction, keep: 0.5}
"""

# Seconds for thirty runs: the images of a recipe that takes a fraction of one, in steps small enough for equal cost.
MANY = """
schema: espalier.recipe/1
space: {use: deeper-insights, cells: 1}
data:
  set: synthetic
  hold-out: {rank: 16, pick: 16}
  synthetic: {side: 8, distance: 4, jitter: 0, train: 160, test: 32}
train:
  batch: 8
  budget: {images: 6000}
score: {window: 1}
rounds: [{at: 0.5}]
policy: {use: keep-fraction, keep: 0.5}
"""

# What the page of a comparison shows only where there are enough seeds.
PARTS = (
    "95 % interval", "the bar is its interval", "By other measures", "lost in each decision", "How alike the final rankings",
    "Among the children a run kept", "Does dropping amplify biases", "Worked out on paper")

BROKEN = """<!DOCTYPE html><html><head><title>x</title></head><body><main><p style="width:800px">wide</p>
<img src="http://127.0.0.1:9/x.png"><script>console.error("planted")</script></main></body></html>"""


def find_chromium():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if shutil.which(name):
            return name
    sys.exit("peers: install the Debian package chromium")


class Browser:
    def __init__(self, place):
        self.program = find_chromium()
        self.place = place

    def run(self, page, *options):
        command = [
            self.program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
            "--allow-file-access-from-files", f"--user-data-dir={self.place}/profile", *options, page.as_uri()]
        return subprocess.run(command, capture_output=True, text=True, timeout=180)

    def shoot(self, page, target, width, height, *options):
        self.run(page, f"--window-size={width},{height}", f"--screenshot={target}", *options)
        assert target.exists(), f"no screenshot {target}"

    def problems(self, page):
        """Console messages and requests of a page, in words."""
        log = self.place / "net.json"
        log.unlink(missing_ok=True)
        ran = self.run(page, "--enable-logging=stderr", f"--log-net-log={log}", "--dump-dom")
        found = [line for line in ran.stderr.splitlines() if "CONSOLE" in line]
        text = log.read_text()
        try:
            events = json.loads(text)["events"]
        except ValueError:  # The browser may leave before it closes the list.
            events = json.loads(text.rstrip().rstrip(",") + "]}")["events"]
        for event in events:
            parameters = event.get("params", {})
            url, asked_by = parameters.get("url", ""), parameters.get("initiator", "")
            # The browser's own requests have no page behind them.
            if url.startswith(("http:", "https:", "ws:")) and asked_by not in ("", "not an origin"):
                found.append(f"request for {url} by {asked_by}")
        return found

    def width(self, page, width):
        """How wide the page is on a screen of that width."""
        frame = self.place / "frame.html"
        frame.write_text(
            f"<!DOCTYPE html><html><head><title>-</title></head><body style='margin:0'><iframe id=f src='{page.as_uri()}'"
            f" width={width} height=6000 style='border:0'></iframe><script>onload = () => {{ document.title = "
            "'wide:' + document.getElementById('f').contentDocument.documentElement.scrollWidth }</script></body></html>")
        shown = self.run(frame, "--dump-dom").stdout
        return int(re.search(r"wide:(\d+)", shown).group(1)), frame


def pages(espalier, place):
    def run(*arguments, good=(0,)):
        ran = subprocess.run([espalier, *arguments], cwd=place, capture_output=True, text=True)
        assert ran.returncode in good, f"{' '.join(arguments)}: {ran.returncode} {ran.stderr}"
        return ran

    truth = ROOT / "docs/results/synthetic_64.csv"
    (place / "recipe.yaml").write_text(RECIPE)
    run("search", "--recipe", "recipe.yaml", "--run", "groups")
    run("search", "--run", "small", "--set", "train.budget.images=24000", "--set", "data.hold-out.rank=64",
        "--set", "data.hold-out.pick=64")
    going = subprocess.Popen(
        [espalier, "search", "--run", "going"], cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        going.wait(6)
    except subprocess.TimeoutExpired:
        going.terminate()
        going.wait()
    run("compare", "--name", "pair", "--arms", "recipe.yaml", "--seeds", "0..1", "--truth", str(truth))
    (place / "many.yaml").write_text(MANY)
    run("compare", "--name", "many", "--arms", "many.yaml,uniform,uniform-star,uniform-elim", "--seeds", "1000..1009",
        "--truth", str(truth))
    made = []
    judged = ("--truth", str(truth))
    for name, options in (("small", ()), ("groups", judged), ("going", ()), ("pair", judged),
                          ("many", (*judged, "--without", "max_pool_3x3"))):
        run("report", name, "--out", f"{name}.html", *options)
        made.append(place / f"{name}.html")
    return made


def picture(espalier):
    target = ROOT / "docs/images/report.png"
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        place = pathlib.Path(temporary)
        subprocess.run([espalier, "search", "--recipe", "demo-progressive", "--run", "drops"], cwd=place, check=True, capture_output=True)
        subprocess.run(
            [espalier, "report", "drops", "--out", "drops.html", "--truth", str(ROOT / "docs/results/synthetic_64.csv")],
            cwd=place, check=True, capture_output=True)
        # Two places of the page, side by side.
        frames = "".join(
            f"<iframe src='{(place / 'drops.html').as_uri()}{anchor}' width=824 height=1000 style='border:0; position:absolute;"
            f" left:{left}px; top:0; transform:scale(.58); transform-origin:0 0'></iframe>"
            for left, anchor in ((0, ""), (480, "#rank-over-time")))
        wrapper = place / "wrapper.html"
        wrapper.write_text(f"<!DOCTYPE html><html><body style='margin:0; background:#e3e1da'>{frames}</body></html>")
        Browser(place).shoot(wrapper, target, 958, 560, "--virtual-time-budget=4000")
    print(f"{target}: {target.stat().st_size} bytes")


def main():
    if sys.argv[2:] == ["--picture"]:
        return picture(str(pathlib.Path(sys.argv[1]).resolve()))
    espalier = str(pathlib.Path(sys.argv[1]).resolve())
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else ROOT / ".build/report-shots").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        place = pathlib.Path(temporary)
        browser = Browser(place)
        planted = place / "planted.html"
        planted.write_text(BROKEN)
        found = browser.problems(planted)
        assert any("planted" in p for p in found) and any("request" in p for p in found), f"planted faults: {found}"
        assert browser.width(planted, PHONE)[0] > PHONE, "a page that is too wide was not noticed"
        for page in pages(espalier, place):
            text = page.read_text()
            missing = [part for part in PARTS if part not in text] if page.stem == "many" else []
            assert not missing, f"{page.name} does not show {missing}"
            html5lib.HTMLParser(strict=True).parse(text)
            found = browser.problems(page)
            assert not found, f"{page.name}: {found}"
            width, frame = browser.width(page, PHONE)
            assert width <= PHONE, f"{page.name} is {width} pixels wide on a screen of {PHONE}"
            name = page.stem
            browser.shoot(page, folder / f"{name}-light.png", 900, 4600)
            browser.shoot(page, folder / f"{name}-dark.png", 900, 4600, "--blink-settings=preferredColorScheme=0")
            browser.shoot(frame, folder / f"{name}-phone.png", 500, 6000)
            light, dark = (folder / f"{name}-{kind}.png" for kind in ("light", "dark"))
            assert light.read_bytes() != dark.read_bytes(), f"{name}: light and dark look alike"
            print(f"{page.name}: {os.path.getsize(page)} bytes, parsed strictly, no console message, no request, {width} wide")
    print(f"screenshots in {folder}")


if __name__ == "__main__":
    main()
