import { deepEqual, equal, ok } from "node:assert/strict";
import { checkerTest } from "../optional.ts";
import { startService } from "../service.ts";

/** Writes the sample field at 0.5 um per pixel with Pillow and tifffile, in five formats, and at 96 dpi. */
const WRITE = `
import sys, numpy, tifffile
from PIL import Image
field = Image.open(sys.argv[1]).convert("RGB")
half = field.resize((field.width // 2, field.height // 2), Image.LANCZOS)
out, pixels = sys.argv[2], numpy.asarray(half)
half.save(f"{out}/plain.png")
half.save(f"{out}/field.png", dpi=(50800, 50800))
half.save(f"{out}/field.jpg", quality=95, dpi=(50800, 50800))
half.save(f"{out}/screen.jpg", quality=95, dpi=(96, 96))
tifffile.imwrite(f"{out}/field.tif", pixels, photometric="rgb", resolution=(20000, 20000), resolutionunit="CENTIMETER")
tifffile.imwrite(f"{out}/imagej.tif", pixels, imagej=True, resolution=(2, 2), metadata={"unit": "um", "axes": "YXS"})
tifffile.imwrite(f"{out}/field.ome.tif", pixels, photometric="rgb", metadata={"axes": "YXS", "PhysicalSizeX": 0.5, "PhysicalSizeXUnit": "µm", "PhysicalSizeY": 0.5, "PhysicalSizeYUnit": "µm"})
`;

interface Answer {
  readonly image: { readonly mpp: number; readonly mppOrigin: string; readonly fileMpp?: number };
  readonly summary: { readonly count: number };
  readonly detections: readonly { readonly x: number; readonly y: number }[];
  readonly warnings: readonly { readonly code: string }[];
}

checkerTest(
  "a field at 0.5 um is searched at the scale that its file states",
  ["python"],
  async (python = "") => {
    const folder = await Deno.makeTempDir();
    await using service = await startService();
    const field = new URL("../../model/samples/field.png", import.meta.url).pathname;
    async function detect(name: string, query = ""): Promise<Answer> {
      const body = new FormData();
      body.append("image", new File([await Deno.readFile(`${folder}/${name}`)], name));
      const response = await service.request(`/model/detect${query}`, { method: "POST", body });
      equal(response.status, 200, `${name}: ${response.status}`);
      return await response.json();
    }
    try {
      const { success, stderr } = await new Deno.Command(python, {
        args: ["-c", WRITE, field, folder],
      }).output();
      ok(success, new TextDecoder().decode(stderr));
      const given = await detect("plain.png", "?mpp=0.5");
      equal(given.summary.count, 9);
      deepEqual([given.image.mpp, given.image.mppOrigin, given.warnings], [0.5, "request", []]);
      for (const name of ["field.png", "field.tif", "imagej.tif", "field.ome.tif"]) {
        const { image, summary, detections, warnings } = await detect(name);
        deepEqual([image.mpp, image.mppOrigin, summary.count], [0.5, "file", 9], name);
        deepEqual(detections, given.detections, name);
        deepEqual(warnings, []);
      }
      const jpeg = await detect("field.jpg");
      deepEqual([jpeg.image.mpp, jpeg.image.mppOrigin, jpeg.summary.count], [0.5, "file", 9]);
      const screen = await detect("screen.jpg");
      deepEqual([screen.image.mpp, screen.image.mppOrigin], [0.25, "assumed"]);
      deepEqual(screen.warnings.map(({ code }) => code), ["scale_assumed"]);
      const contradicted = await detect("field.jpg", "?mpp=0.25");
      deepEqual([contradicted.image.mppOrigin, contradicted.image.fileMpp], ["request", 0.5]);
      deepEqual(contradicted.warnings.map(({ code }) => code), ["scale_mismatch"]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
