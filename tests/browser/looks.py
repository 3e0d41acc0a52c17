"""Harmless mail must look the same cleaned as it came: two screenshots of each, compared in the browser itself."""
import base64
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
WIDTH = 800            # CSS pixels, about what a message has on a desk
MOST_DIFFERENT = 0.004  # share of the picture, at a quarter of its size, that may differ visibly
MOST_TALLER = 0.01     # share of the height

# Remote pictures are held back in both; those of the mail itself are drawn by the address they have; margins of the page
# are the viewer's.
PREPARE = """(() => {
  for (const e of document.querySelectorAll('img, source, input')) {
    if (/^(https?:)?\\/\\//i.test(e.getAttribute('src') || '')) e.removeAttribute('src');
    e.removeAttribute('srcset');
  }
  const images = [...document.querySelectorAll('img[src^="cid:" i]')];
  images.forEach((e, n) => {
    e.src = 'data:image/svg+xml,' + encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="120" height="90">
      <rect width="120" height="90" fill="hsl(${n * 70},60%,70%)"/><circle cx="60" cy="45" r="30" fill="white"/></svg>`);
  });
  document.body.style.margin = '0';
  return Promise.all(images.map((e) => e.decode().catch(() => 0))).then(() => document.fonts.ready)
    .then(() => harness.frames()).then(() => document.documentElement.scrollHeight);
})()"""

# Both pictures at a quarter of the size: a hair's breadth of difference goes, a lost colour or margin stays.
COMPARE = """(async (one, two) => {
  const load = (data) => new Promise((done, fail) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = fail;
    image.src = 'data:image/png;base64,' + data;
  });
  const images = [await load(one), await load(two)];
  const width = images[0].width / 4, height = Math.ceil(Math.max(...images.map((i) => i.height)) / 4);
  const pixels = images.map((image) => {
    const canvas = new OffscreenCanvas(width, height), context = canvas.getContext('2d');
    context.fillStyle = 'white';
    context.fillRect(0, 0, width, height);
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, 0, 0, image.width / 4, image.height / 4);
    return context.getImageData(0, 0, width, height).data;
  });
  let different = 0;
  for (let i = 0; i < pixels[0].length; i += 4) {
    if ([0, 1, 2].some((k) => Math.abs(pixels[0][i + k] - pixels[1][i + k]) > 32)) ++different;
  }
  return different / (width * height);
})"""


async def picture(tab, network, address, page):
    network.pages[address] = ("text/html; charset=utf-8", page)
    await tab.open(address, 5)
    height = min(4000, max(100, await tab.evaluate(PREPARE)))
    await tab.ask("Emulation.setDeviceMetricsOverride", width=WIDTH, height=height, deviceScaleFactor=1, mobile=False)
    await tab.evaluate("harness.frames()")
    shot = await tab.ask("Page.captureScreenshot", format="png")
    await tab.ask("Emulation.setDeviceMetricsOverride", width=WIDTH, height=100, deviceScaleFactor=1, mobile=False)
    return shot["data"], height


async def compare_mails(browser, network, cleaner, folder):
    """How many look the same, and what is wrong with the others."""
    mails = sorted((HERE / "mails").glob("*.html"))
    pages = [mail.read_bytes() for mail in mails]
    cleaned = await cleaner.clean_all(pages)
    tab = await browser.tab()
    for method in ("Page.enable", "Runtime.enable"):
        await tab.ask(method)
    await tab.ask("Page.addScriptToEvaluateOnNewDocument", source=(HERE / "page.js").read_text(encoding="utf-8"))
    await tab.ask("Emulation.setDeviceMetricsOverride", width=WIDTH, height=100, deviceScaleFactor=1, mobile=False)
    same, failures = 0, []
    for mail, page, clean in zip(mails, pages, cleaned):
        before, tall = await picture(tab, network, f"http://mail.test/{mail.stem}/came", page)
        # In the mode the mail was written for: margins and line heights differ between them, not by the cleaner.
        doctype = "<!doctype html>" if page.lstrip()[:9].lower() == b"<!doctype" else ""
        shell = f"{doctype}<html><body>{clean}</body></html>".encode()
        after, now = await picture(tab, network, f"http://mail.test/{mail.stem}/cleaned", shell)
        different = await tab.evaluate(f"{COMPARE}({json.dumps(before)}, {json.dumps(after)})")
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{mail.stem}.came.png").write_bytes(base64.b64decode(before))
            (folder / f"{mail.stem}.cleaned.png").write_bytes(base64.b64decode(after))
        words = f"{mail.stem}: {different:.2%} of the picture differ, {tall} pixels high, {now} cleaned"
        print("  " + words, flush=True)
        if different <= MOST_DIFFERENT and abs(now - tall) <= tall * MOST_TALLER:
            same += 1
        else:
            failures.append(words)
    await browser.close(tab)
    return same, failures
