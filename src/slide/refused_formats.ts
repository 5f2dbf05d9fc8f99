import { Problem } from "../errors.ts";
import type { Directory } from "../image/tiff/directory.ts";
import { Tag } from "../image/tiff/tags.ts";

/** A slide format that is recognized but not supported. */
interface RefusedFormat {
  readonly name: string;
  /** Returns whether the first bytes of a file are of this format. */
  readonly begins?: (bytes: Uint8Array) => boolean;
  /** Returns whether a page of a TIFF shows that the file is of this format. */
  readonly isTiff?: (page: TiffMarks) => boolean;
}

/** The tags that tell the makers of TIFFs apart. */
interface TiffMarks {
  readonly description: string;
  readonly software: string;
  readonly xml: string;
  readonly isHamamatsu: boolean;
}

/** The formats of other scanners. libvips converts them, with OpenSlide, to a supported TIFF. */
const REFUSED: readonly RefusedFormat[] = [
  { name: "a Hamamatsu NDPI, one JPEG a level", isTiff: ({ isHamamatsu }) => isHamamatsu },
  { name: "a Leica SCN", isTiff: ({ description }) => /<scn[\s>]/.test(description) },
  {
    name: "a Ventana BIF, whose tiles overlap",
    isTiff: ({ description, xml }) => /^level=\d/i.test(description) || /<iScan[\s>]/.test(xml),
  },
  {
    name: "a Philips TIFF",
    isTiff: ({ description, software }) =>
      /^Philips/i.test(software) || description.includes("DPUfsImport"),
  },
  { name: "a Trestle TIFF", isTiff: ({ software }) => /^MedScan/.test(software) },
  { name: "a Zeiss CZI", begins: (bytes) => startsWith(bytes, "ZISRAWFILE") },
  { name: "a Sakura SVSLIDE", begins: (bytes) => startsWith(bytes, "SQLite format 3") },
  {
    name: "a Hamamatsu VMS",
    begins: (bytes) => startsWith(bytes, "[Virtual Microscope Specimen]"),
  },
  { name: "a 3DHISTECH MRXS", begins: (bytes) => startsWith(bytes, "[GENERAL]") },
];

/** The command that converts a slide that OpenSlide reads. */
const CONVERT_COMMAND =
  "convert it: vips tiffsave IN OUT.tif --tile --pyramid --bigtiff --compression jpeg";

/**
 * Refuses slides of other scanners by their first bytes. Refuses an MRXS by its name, because the file
 * itself is a JPEG.
 *
 * @throws {Problem} `image_unsupported`, with the command that converts it.
 */
export function refuseByStart(bytes: Uint8Array, name: string): void {
  const format = REFUSED.find(({ begins }) => begins?.(bytes));
  if (format !== undefined) throw refused(format.name);
  if (/\.mrxs$/i.test(name)) throw refused("a 3DHISTECH MRXS");
}

/**
 * Refuses TIFFs of other scanners. As plain TIFFs they would be read wrong.
 *
 * @throws {Problem} `image_unsupported`, with the command that converts it.
 */
export async function refuseByTags(pages: readonly Directory[]): Promise<void> {
  for (const page of pages) {
    const marks = {
      description: await page.text(Tag.ImageDescription, 4096),
      software: await page.text(Tag.Software, 64),
      xml: await page.text(Tag.XmlPacket, 4096),
      isHamamatsu: page.has(Tag.HamamatsuFormat),
    };
    const format = REFUSED.find(({ isTiff }) => isTiff?.(marks));
    if (format !== undefined) throw refused(format.name);
  }
}

/** Returns the problem of a slide without tiles. Any region of it would need the whole file. */
export function untiled(width: number, height: number): Problem {
  return new Problem(
    "image_unsupported",
    `The TIFF has ${width} x ${height} pixels in strips, not in tiles; ${CONVERT_COMMAND}.`,
  );
}

function refused(name: string): Problem {
  return new Problem(
    "image_unsupported",
    `The slide is ${name}, which is not read; ${CONVERT_COMMAND}.`,
  );
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return [...text].every((letter, i) => bytes[i] === letter.charCodeAt(0));
}
