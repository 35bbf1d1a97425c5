"""Takes the pictures of the README: the head of a report and a one page, in both languages, of runs made on the spot.

`make pictures` runs two shipped plans at a size that a laptop does in a minute or two; the README says that size.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
SIZE = ("--agents", "2000", "--replications", "4")
SIMULATED = ("simulate", "scenarios/bigsale_1111.yaml", *SIZE, "--report")
COMPARED = ("compare", "scenarios/bigsale_1111.yaml", "scenarios/bigsale_1111.yaml+deep_coupon", *SIZE)
LARGEST = 300_000
"""Bytes of a picture: a README is read on phones too."""
HEAD = ViewportSize(width=1120, height=1180)
SHEET = ViewportSize(width=794, height=1123)
"""A4 at 96 dots an inch; what is longer is taken whole."""


def ran(arguments: tuple[str, ...], out: Path) -> Path:
    """The folder of a finished run, told in Chinese."""
    command = [sys.executable, "-m", "dacu_cli", *arguments, "--lang", "zh", "--quiet", "--out", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
    return out


def take(browser: Browser, page: Path, size: ViewportSize, name: str, *, turned: bool = False) -> None:
    """A picture of what a window of this size shows of a report, or a whole sheet; `turned` to the other language."""
    window = browser.new_page(viewport=size, device_scale_factor=1.25, color_scheme="light")
    window.goto(page.as_uri())
    if turned:
        window.click("#language")
    file = PICTURES / f"{name}.png"
    window.screenshot(path=file, full_page=size is SHEET)
    window.close()
    if file.stat().st_size > LARGEST:
        raise SystemExit(f"{file} has {file.stat().st_size:,} bytes, more than {LARGEST:,}")
    sys.stdout.write(f"{file.relative_to(ROOT)}\n")


def main() -> None:
    """Run, then take the four pictures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("no Chromium here (Debian: apt-get install chromium)")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as driver:
        simulated, compared = ran(SIMULATED, Path(place) / "simulate"), ran(COMPARED, Path(place) / "compare")
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for lang, sheet in {"zh": "onepage.html", "en": "onepage.en.html"}.items():
            take(browser, simulated / "report.html", HEAD, f"report.{lang}", turned=lang == "en")
            take(browser, compared / sheet, SHEET, f"onepage.{lang}")
        browser.close()


if __name__ == "__main__":
    main()
