import { Buffer } from "node:buffer";
import { deepEqual } from "node:assert/strict";
import type { Page } from "npm:playwright-core@1.65.1";
import pngjs from "npm:pngjs@7.0.0";
import { openBrowser } from "../browser.ts";
import { browserTest } from "../optional.ts";
import { listen } from "../service.ts";
import { svsOf } from "../slide/svs.ts";

/** `printf %s halves.svs | sha256sum | cut -c1-24` */
const ID = "5bcccdc0b9a1606bb336c38e";

const [WIDTH, HEIGHT] = [2000, 1500];
const LEFT = [200, 120, 170] as const;
const RIGHT = [90, 60, 140] as const;

/** What the viewer adds to the page. */
interface Viewers {
  OpenSeadragon(options: Record<string, unknown>): {
    addOnceHandler(event: string, handler: () => void): void;
    world: { getItemAt(index: number): { getFullyLoaded(): boolean } };
  };
}

browserTest(
  "OpenSeadragon opens a slide by its info.json and draws it in its place and colors",
  async () => {
    const folder = await Deno.makeTempDir();
    const data = new Uint8Array(WIDTH * HEIGHT * 3);
    for (let i = 0; i < WIDTH * HEIGHT; i++) data.set(i % WIDTH < WIDTH / 2 ? LEFT : RIGHT, i * 3);
    const svs = svsOf(
      { width: WIDTH, height: HEIGHT, data },
      "Aperio Image Library\r\n|MPP = 0.25",
    );
    await Deno.writeFile(`${folder}/halves.svs`, svs);
    try {
      await using service = await listen({ SLIDES_DIR: folder });
      await using browser = await openBrowser();
      const page = await browser.newPage(service.url);
      const refused: string[] = [];
      page.on("response", (one) => {
        if (one.status() >= 400 && one.url().includes("/slides/")) refused.push(one.url());
      });
      await page.route("**/viewer.html", (route) =>
        route.fulfill({
          contentType: "text/html",
          body: '<body style="margin: 0"><div id="viewer" style="width: 800px; height: 600px">',
        }));
      await page.goto(`${service.url}viewer.html`);
      await page.addScriptTag({ url: `${service.url}app/npm/openseadragon.js` });
      await page.evaluate(async (tileSources) => {
        const { OpenSeadragon } = globalThis as unknown as Viewers;
        const viewer = OpenSeadragon({ id: "viewer", tileSources, showNavigationControl: false });
        await new Promise<void>((resolve) => viewer.addOnceHandler("open", resolve));
        while (!viewer.world.getItemAt(0).getFullyLoaded()) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }, `/slides/${ID}/iiif/info.json`);
      let wrong = await wrongColors(page);
      for (let tries = 0; wrong.length > 0 && tries < 50; tries++) wrong = await wrongColors(page);
      deepEqual(wrong, []);
      deepEqual(refused, []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

/** Compares four points of the page with the slide, which fills the viewer. */
async function wrongColors(page: Page): Promise<string[]> {
  const shot = pngjs.PNG.sync.read(Buffer.from(await page.screenshot()));
  const points = [[20, 20, LEFT], [390, 580, LEFT], [410, 20, RIGHT], [780, 580, RIGHT]] as const;
  return points.flatMap(([x, y, color]) => {
    const at = (y * shot.width + x) * 4;
    const seen = [...shot.data.subarray(at, at + 3)];
    const isRight = seen.every((value, c) => Math.abs(value - (color[c] ?? 0)) <= 3);
    return isRight ? [] : [`${seen} at ${x}, ${y} in place of ${color}`];
  });
}
