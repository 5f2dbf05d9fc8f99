import dicomParser, { type DataSet } from "dicom-parser";
import type { TiffSource } from "../../image/tiff/source.ts";
import { corrupt, truncated, unsupported } from "./problems.ts";

/** The attributes that are read. All others are ignored, including those of the patient. */
export const Attribute = {
  TransferSyntax: "x00020010",
  ImageType: "x00080008",
  SopClass: "x00080016",
  SopInstance: "x00080018",
  StudyInstance: "x0020000d",
  SeriesInstance: "x0020000e",
  FrameOfReference: "x00200052",
  ConcatenationFrameOffset: "x00209228",
  DimensionOrganization: "x00209311",
  Samples: "x00280002",
  Photometric: "x00280004",
  PlanarConfiguration: "x00280006",
  Frames: "x00280008",
  Rows: "x00280010",
  Columns: "x00280011",
  PixelSpacing: "x00280030",
  BitsAllocated: "x00280100",
  BitsStored: "x00280101",
  PixelRepresentation: "x00280103",
  PixelMeasures: "x00289110",
  MatrixColumns: "x00480006",
  MatrixRows: "x00480007",
  PlanePosition: "x0048021a",
  ColumnPosition: "x0048021e",
  RowPosition: "x0048021f",
  OpticalPaths: "x00480302",
  FocalPlanes: "x00480303",
  SharedGroups: "x52009229",
  PerFrameGroups: "x52009230",
  PixelData: "x7fe00010",
} as const;

/** The class of whole-slide images (VL Whole Slide Microscopy Image Storage). */
export const WHOLE_SLIDE = "1.2.840.10008.5.1.4.1.1.77.1.6";

/** The header of a DICOM file, with where its pixels are. */
export interface DicomHeader {
  readonly dataSet: DataSet;
  readonly transferSyntax: string;
  /** Offset of the value of PixelData in the file. */
  readonly pixelOffset: number;
  /** Bytes of the value; `undefined` if it is a sequence of items (encapsulated). */
  readonly pixelLength: number | undefined;
  /** The Extended Offset Table: the offset and the length of each frame. */
  readonly extendedTable?: { readonly offsets: number[]; readonly lengths: number[] };
}

/**
 * Bytes that are read first, and the maximum size of a header. The positions of sparse frames take most of a
 * large header.
 */
const [FIRST_BYTES, MAX_HEADER_BYTES] = [256 << 10, 128 << 20];

/** The transfer syntax whose data set is compressed as a whole. */
const DEFLATED = "1.2.840.10008.1.2.1.99";
const BIG_ENDIAN = "1.2.840.10008.1.2.2";

/**
 * Reads the header of a DICOM file, up to its pixels.
 *
 * @returns `undefined` for a file without pixels.
 * @throws {Problem} `image_corrupt`, `image_truncated`, `image_unsupported`.
 */
export async function readHeader(
  source: TiffSource,
  signal?: AbortSignal,
): Promise<DicomHeader | undefined> {
  for (let length = FIRST_BYTES;; length *= 4) {
    const bytes = await source.read(0, Math.min(length, source.length), signal);
    const header = parse(bytes);
    if (header !== undefined) return header;
    if (bytes.length === source.length) return withoutPixels(bytes);
    if (length > MAX_HEADER_BYTES) {
      throw unsupported(`has a header of more than ${MAX_HEADER_BYTES >> 20} MB`);
    }
  }
}

/**
 * Reads to which series a DICOM file belongs, also where the file is damaged after that.
 *
 * @returns `undefined` where it cannot be read.
 */
export async function readSeriesUid(
  source: TiffSource,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const bytes = await source.read(0, Math.min(FIRST_BYTES, source.length), signal);
  return parsed(bytes, Attribute.SeriesInstance)?.string(Attribute.SeriesInstance);
}

/** Parses the first bytes of a file. Returns `undefined` if they do not reach the pixels. */
function parse(bytes: Uint8Array): DicomHeader | undefined {
  const transferSyntax = transferSyntaxOf(bytes);
  for (const at of extendedTablesAt(bytes)) {
    const dataSet = parsed(bytes.subarray(0, at));
    if (dataSet === undefined) continue;
    return afterTables(dataSet, transferSyntax, bytes, at);
  }
  const dataSet = parsed(bytes, Attribute.PixelData);
  const pixels = dataSet?.elements[Attribute.PixelData];
  if (dataSet === undefined || pixels === undefined) return undefined;
  const pixelLength = pixels.hadUndefinedLength ? undefined : pixels.length;
  return { dataSet, transferSyntax, pixelOffset: pixels.dataOffset, pixelLength };
}

/** Returns the transfer syntax, from the meta information at the beginning of the file. */
function transferSyntaxOf(bytes: Uint8Array): string {
  let syntax: string | undefined;
  try {
    syntax = dicomParser.readPart10Header(bytes).string(Attribute.TransferSyntax);
  } catch {
    throw corrupt("its meta information cannot be read");
  }
  if (syntax === undefined) throw corrupt("it names no transfer syntax");
  if (syntax === DEFLATED) throw unsupported("is deflated as a whole; save it without compression");
  if (syntax === BIG_ENDIAN) throw unsupported("is big-endian; save it as little-endian");
  return syntax;
}

function parsed(bytes: Uint8Array, untilTag?: string): DataSet | undefined {
  try {
    return dicomParser.parseDicom(bytes, untilTag === undefined ? {} : { untilTag });
  } catch {
    // dicom-parser throws strings. The usual reason is a header that is longer than these bytes.
    return undefined;
  }
}

/** The first bytes of the Extended Offset Table in a file: its tag (7FE0,0001) and its type OV. */
const EXTENDED_TABLE = [0xe0, 0x7f, 0x01, 0x00, 0x4f, 0x56, 0x00, 0x00];

/**
 * Finds the offsets at which an Extended Offset Table may begin. dicom-parser 1.8.21 reads its type OV
 * wrong, so that it gets only the bytes before the table.
 */
function* extendedTablesAt(bytes: Uint8Array): Generator<number> {
  for (let at = 0; (at = bytes.indexOf(0xe0, at)) >= 0; at++) {
    if (EXTENDED_TABLE.every((byte, i) => bytes[at + i] === byte)) yield at;
  }
}

/** Reads the two extended tables and the beginning of PixelData, which follow each other. */
function afterTables(
  dataSet: DataSet,
  transferSyntax: string,
  bytes: Uint8Array,
  start: number,
): DicomHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tables: number[][] = [];
  let at = start;
  for (let i = 0; i < 2; i++) {
    if (at + 12 > bytes.length) return undefined;
    const length = view.getUint32(at + 8, true);
    const end = at + 12 + length;
    if (end > bytes.length) return undefined;
    tables.push(Array.from(
      { length: length >> 3 },
      (_, k) => Number(view.getBigUint64(at + 12 + 8 * k, true)),
    ));
    at = end;
  }
  if (at + 12 > bytes.length) return undefined;
  const isPixelData = view.getUint32(at, true) === 0x0010_7fe0 &&
    view.getUint32(at + 8, true) === 0xffff_ffff;
  if (!isPixelData) throw corrupt("its Extended Offset Table is not followed by its pixels");
  const [offsets = [], lengths = []] = tables;
  return {
    dataSet,
    transferSyntax,
    pixelOffset: at + 12,
    pixelLength: undefined,
    extendedTable: { offsets, lengths },
  };
}

/**
 * Accepts a file without pixels, such as annotations.
 *
 * @throws {Problem} `image_truncated` if the file breaks off in its header, or if it is a whole-slide image,
 * which has pixels.
 */
function withoutPixels(bytes: Uint8Array): undefined {
  const dataSet = parsed(bytes);
  if (dataSet === undefined || dataSet.string(Attribute.SopClass) === WHOLE_SLIDE) {
    throw truncated(bytes.length, "header");
  }
}
