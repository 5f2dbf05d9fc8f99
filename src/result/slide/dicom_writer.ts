/** A data element: its tag, its value representation, and its value. */
export type DicomElement = readonly [
  tag: number,
  representation: Representation,
  value: string | readonly number[] | readonly (readonly DicomElement[])[],
];

/** The value representations that are written. Those of the second line have lengths of four bytes. */
export type Representation =
  | ("CS" | "DA" | "IS" | "LO" | "PN" | "SH" | "TM" | "UI" | "UL" | "US")
  | ("OB" | "OF" | "SQ" | "UT");

const LONG_LENGTHS: readonly Representation[] = ["OB", "OF", "SQ", "UT"];

/** Bytes of a number of a representation. */
const NUMBER_BYTES: Partial<Record<Representation, number>> = { OB: 1, US: 2, UL: 4, OF: 4 };

/** Explicit VR Little Endian. */
const TRANSFER_SYNTAX = "1.2.840.10008.1.2.1";

/** The UID of this program as the writer of a file, made of a random UUID (DICOM PS3.5, B.2). */
const IMPLEMENTATION = "2.25.207313958642711508183712063924586150279";

/**
 * Writes a DICOM file (PS3.10) in Explicit VR Little Endian.
 *
 * @param elements In the order of their tags, without the file's meta information.
 */
export function dicomFile(
  sopClass: string,
  sopInstance: string,
  elements: readonly DicomElement[],
): Uint8Array {
  const meta = dataSet([
    [0x00020001, "OB", [0, 1]],
    [0x00020002, "UI", sopClass],
    [0x00020003, "UI", sopInstance],
    [0x00020010, "UI", TRANSFER_SYNTAX],
    [0x00020012, "UI", IMPLEMENTATION],
  ]);
  const length = dataSet([[0x00020000, "UL", [meta.length]]]);
  const prefix = new TextEncoder().encode("DICM");
  return joined([new Uint8Array(128), prefix, length, meta, dataSet(elements)]);
}

function dataSet(elements: readonly DicomElement[]): Uint8Array {
  return joined(elements.flatMap(([tag, representation, value]) => {
    const bytes = valueOf(representation, value);
    const isLong = LONG_LENGTHS.includes(representation);
    const header = new DataView(new ArrayBuffer(isLong ? 12 : 8));
    header.setUint16(0, tag >>> 16, true);
    header.setUint16(2, tag & 0xffff, true);
    header.setUint8(4, representation.charCodeAt(0));
    header.setUint8(5, representation.charCodeAt(1));
    if (isLong) header.setUint32(8, bytes.length, true);
    else header.setUint16(6, bytes.length, true);
    return [new Uint8Array(header.buffer), bytes];
  }));
}

function valueOf(representation: Representation, value: DicomElement[2]): Uint8Array {
  if (typeof value === "string") {
    const bytes = new TextEncoder().encode(value);
    if (bytes.length % 2 === 0) return bytes;
    return joined([bytes, new Uint8Array([representation === "UI" ? 0 : 0x20])]);
  }
  if (representation === "SQ") {
    return joined(value.flatMap((item) => typeof item === "number" ? [] : itemOf(item)));
  }
  const size = NUMBER_BYTES[representation] ?? 4;
  const view = new DataView(new ArrayBuffer(value.length * size));
  value.forEach((number, i) => {
    if (typeof number !== "number") return;
    if (representation === "OF") view.setFloat32(i * size, number, true);
    else if (size === 1) view.setUint8(i, number);
    else if (size === 2) view.setUint16(i * size, number, true);
    else view.setUint32(i * size, number, true);
  });
  return new Uint8Array(view.buffer);
}

/** Writes an item of a sequence, with its length. */
function itemOf(elements: readonly DicomElement[]): Uint8Array[] {
  const bytes = dataSet(elements);
  const header = new DataView(new ArrayBuffer(8));
  header.setUint16(0, 0xfffe, true);
  header.setUint16(2, 0xe000, true);
  header.setUint32(4, bytes.length, true);
  return [new Uint8Array(header.buffer), bytes];
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
