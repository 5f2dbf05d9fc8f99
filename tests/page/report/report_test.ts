/// <reference lib="dom" />
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { extractText, getDocumentProxy, getResolvedPDFJS } from "npm:unpdf@1.3.2";
import { researchUseOnly } from "../../../src/research_use.ts";
import { browserTest } from "../../optional.ts";
import { formWith, post } from "../../service.ts";
import { idat, iend, ihdr, pngOf } from "../../png_writer.ts";
import { largeField } from "../fields.ts";
import { visit } from "../visitor.ts";
import { decode } from "fast-png";

/** Returns a PNG of the upper part of the sample field, 1,024 pixels wide. */
async function lowField(height: number): Promise<Uint8Array<ArrayBuffer>> {
  const { width, data } = decode(await largeField(1));
  const row = (y: number) => new Uint8Array(data.slice(y * width * 3, (y + 1) * width * 3));
  return pngOf(ihdr(width, height), idat(Array.from({ length: height }, (_, y) => row(y))), iend);
}

/** An image in a PDF: its own size in pixels, and the size at which it is printed. */
interface PrintedImage {
  readonly width: number;
  readonly height: number;
  readonly printedWidth: number;
  readonly printedHeight: number;
}

/** Reads the text and the images of a PDF. */
async function readPdf(bytes: Uint8Array): Promise<{ text: string; images: PrintedImage[] }> {
  const pdf = await getDocumentProxy(bytes);
  const { OPS } = await getResolvedPDFJS();
  const images: PrintedImage[] = [];
  for (let number = 1; number <= pdf.numPages; number++) {
    const { fnArray, argsArray } = await (await pdf.getPage(number)).getOperatorList();
    let scale: readonly number[] = [];
    fnArray.forEach((operator: number, i: number) => {
      const values = argsArray[i];
      // Chromium sets the size of an image right before it paints it.
      if (operator === OPS.transform) scale = values;
      if (operator !== OPS.paintImageXObject) return;
      const [, width, height] = values;
      const [printedWidth = NaN, , , printedHeight = NaN] = scale.map(Math.abs);
      images.push({ width, height, printedWidth, printedHeight });
    });
  }
  const { text } = await extractText(pdf, { mergePages: true });
  return { text: text.replaceAll(/\s+/g, " "), images };
}

browserTest(
  "the report is printed to PDF with its text, and its pictures keep their proportions",
  async () => {
    await using visitor = await visit();
    const { page, service } = visitor;
    const bytes = await lowField(640);
    await visitor.drop({ name: "low.png", bytes, type: "image/png" });
    await visitor.waitForAnnouncement(/low\.png: \d+ mitos/);
    const query = "/model/detect?mpp=0.25";
    const answer = await service.request(query, post(formWith(bytes)));
    const { summary } = await answer.json() as { summary: { count: number } };
    ok(summary.count > 1);
    await page.getByRole("button", { name: "Confirm 0.25 µm/px" }).click();
    await page.locator(".candidate").first().click();
    await page.keyboard.press("a");
    await page.getByRole("button", { name: "Report" }).click();
    await page.getByLabel("Case").fill("S-2026/18 B3");
    await page.locator('.report[data-status="ready"]').waitFor();
    const { text, images } = await readPdf(new Uint8Array(await page.pdf({ format: "A4" })));
    const { name, version, network: { sha256 } } = service.classifier.bundle.manifest;
    const said = [
      researchUseOnly,
      "Case S-2026/18 B3",
      "Threshold 0.965",
      `Model ${name}, ${version}`,
      "low.png",
      `Mitoses ${summary.count}`,
      "Area, mm² 0.04096", // 1024 * 640 px at 0.25 µm/px
      `Per mm² ${(summary.count / 0.04096).toFixed(2)}`,
      "Score, CAP, per mm² 3",
      "(assumed, confirmed)",
      "1024 × 640 px",
      "Accepted 1",
      `Counted without review ${summary.count - 1}`,
    ];
    for (const sentence of said) ok(text.includes(sentence), `${sentence} is not in: ${text}`);
    ok(text.replaceAll(" ", "").includes(sha256));
    match(text, /95 % interval of the count \d/);
    equal(images.length, 1 + summary.count, "the picture, and a thumbnail of each counted cell");
    for (const { width, height, printedWidth, printedHeight } of images) {
      const distortion = printedWidth / printedHeight / (width / height);
      ok(Math.abs(distortion - 1) < 0.02, `${width} × ${height}: ${distortion}`);
    }
    const [picture] = images;
    deepEqual([picture?.width, picture?.height], [1024, 640]);
    await page.getByRole("button", { name: "Back", exact: true }).click();
    await page.getByRole("region", { name: "Viewer of low.png" }).waitFor();
    deepEqual(visitor.consoleErrors, []);
  },
);
