import { APERIO, drawnPage } from "../slide/drawn_slide.ts";
import { tiffOf } from "../tiff_writer.ts";
import { readSeeds } from "./seeds.ts";
import { COLOR_JPEGS, tiffSeeds } from "./tiff_seeds.ts";

/** A valid file, and the media type with which it is sent. */
export interface FileSeed {
  readonly type: "image/png" | "image/jpeg" | "image/tiff" | "application/dicom";
  readonly bytes: Uint8Array;
}

/** Valid files from which requests are made. */
export interface RequestSeeds {
  /** PNGs of one patch. */
  readonly patches: readonly FileSeed[];
  /** Fields: PNG, JPEG, TIFFs in strips and tiles, and slides with their levels. */
  readonly fields: readonly FileSeed[];
}

/** Returns small valid files of each kind, so that a random change often meets something that matters. */
export async function requestSeeds(): Promise<RequestSeeds> {
  const { png, jpeg, tiff } = await readSeeds();
  const asTiff = (bytes: Uint8Array): FileSeed => ({ type: "image/tiff", bytes });
  const patches: FileSeed[] = [{ type: "image/png", bytes: png }];
  return {
    patches,
    fields: [
      ...patches,
      ...[jpeg, ...COLOR_JPEGS].map((bytes): FileSeed => ({ type: "image/jpeg", bytes })),
      ...[tiff, ...await tiffSeeds(), ...slides()].map(asTiff),
      { type: "application/dicom", bytes: dicomHeader() },
    ],
  };
}

/** Slides of two levels in tiles of 64 pixels: as Aperio writes them, in the other byte order, as BigTIFF. */
function slides(): Uint8Array[] {
  const levels = [0, 1].map((level) =>
    drawnPage(level, 160 >> level, 96 >> level, { 270: APERIO })
  );
  const [base, half] = levels;
  return [
    tiffOf(levels),
    tiffOf(levels, { bigEndian: true }),
    tiffOf(levels, { big: true }),
    ...(base === undefined || half === undefined ? [] : [tiffOf([{ ...base, subIfds: [half] }])]),
  ];
}

/** The beginning of a DICOM file, which a field cannot be. */
function dicomHeader(): Uint8Array {
  const bytes = new Uint8Array(400);
  bytes.set(new TextEncoder().encode("DICM\x02\0\0\0UL\x04\0"), 128);
  return bytes;
}
