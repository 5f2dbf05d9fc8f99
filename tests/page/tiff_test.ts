/// <reference lib="dom" />
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { decodeTiff } from "../../src/image/tiff/decode.ts";
import { npmLibraries } from "../../src/image/tiff/npm_libraries.ts";
import { browserTest } from "../optional.ts";
import { tiffSamples } from "../tiff_samples.ts";
import { tiff } from "../tiff_writer.ts";
import { visit } from "./visitor.ts";

browserTest(
  "the page decodes each TIFF to the same pixels as the service, or refuses it with the same message",
  async () => {
    await using visitor = await visit();
    /** Returns the width and the RGBA of a file that the page opened, or why the page refused it. */
    const opened = (file: Uint8Array) =>
      visitor.page.evaluate(async (base64) => {
        const address = new URL("app/page/decode_picture.ts", document.baseURI).href;
        const { decodePicture } = await import(address);
        try {
          const picture: ImageBitmap = await decodePicture(
            new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))]),
          );
          const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
          canvas?.drawImage(picture, 0, 0);
          const data = canvas?.getImageData(0, 0, picture.width, picture.height).data ?? [];
          return { width: picture.width, rgba: [...data] };
        } catch (thrown) {
          return { refused: String(thrown) };
        }
      }, file.toBase64());
    for (const [name, file] of await tiffSamples()) {
      const { width, data } = await decodeTiff(file, 1e6, npmLibraries);
      const shown = await opened(file);
      equal(shown.refused, undefined, name);
      equal(shown.width, width, name);
      deepEqual(shown.rgba?.filter((_, i) => i % 4 < 3), [...data], name);
    }
    const tags = { 256: 1, 257: 1, 258: [8, 8, 8, 8], 259: 1, 262: 5, 277: 4, 278: 1 };
    const cmyk = tiff(tags, new Uint8Array(4));
    match((await opened(cmyk)).refused ?? "", /The TIFF is CMYK/);
    deepEqual(visitor.consoleErrors, []);
  },
);

browserTest("a TIFF whose decoder the service does not send is not called damaged", async () => {
  await using visitor = await visit();
  const { page } = visitor;
  const bytes = (await tiffSamples()).get("Deflate");
  ok(bytes);
  await page.route("**/app/npm/fflate.js", (route) => route.abort());
  await visitor.drop({ name: "one.tif", bytes });
  await page.getByRole("alert").filter({ hasText: "did not send fflate.js" }).waitFor();
  await page.route("**/app/page/tiff_worker.ts", (route) => route.abort());
  await visitor.drop({ name: "two.tif", bytes });
  await page.getByRole("alert").filter({ hasText: "decoder of this page cannot" }).waitFor();
  equal(await page.getByText("damaged").count(), 0);
});
