import type { ByteRange, ByteSource } from "../bytes/byte_source.ts";
import type { DicomHeader } from "./data_set.ts";
import { corrupt, truncated, unsupported } from "./problems.ts";

/** The places of the frames in a file. An encapsulated frame consists of one or more whole items. */
export interface FrameIndex {
  /** Ranges of the file, by frame from 0. */
  readonly frames: readonly ByteRange[];
  readonly encapsulated: boolean;
}

const [ITEM, DELIMITER] = [0xfffe_e000, 0xfffe_e0dd];

/**
 * Maximum number of frames in a remote file without an offset table. Each frame takes a request.
 */
const MAX_REMOTE_FRAMES = 256;

/** The Basic Offset Table is not used in larger files, because its offsets have 32 bits. */
const MAX_BASIC_OFFSET = 2 ** 32;

/**
 * Finds the frames of a file (DICOM PS3.5, A.4): by its Extended Offset Table, by its Basic Offset Table,
 * or by visiting one item after the other.
 *
 * @param frameBytes Bytes of a frame that is not encapsulated.
 * @throws {Problem} `image_corrupt`, `image_truncated`, `image_unsupported`.
 */
export async function indexFrames(
  source: ByteSource,
  header: DicomHeader,
  count: number,
  frameBytes: number,
  signal?: AbortSignal,
): Promise<FrameIndex> {
  const { pixelOffset, pixelLength, extendedTable } = header;
  if (pixelLength !== undefined) {
    if (count * frameBytes > pixelLength) {
      throw corrupt(`its ${count} frames need ${count * frameBytes} bytes; it has ${pixelLength}`);
    }
    const frames = Array.from(
      { length: count },
      (_, i) => ({ offset: pixelOffset + i * frameBytes, length: frameBytes }),
    );
    return checkEnds({ frames, encapsulated: false }, source);
  }
  const table = await readItem(source, pixelOffset, signal);
  if (table === undefined) throw corrupt("its frames do not begin with an offset table");
  const first = table.end;
  const frames = extendedTable !== undefined
    ? byExtendedTable(extendedTable, first, count)
    : table.length > 0 && source.length < MAX_BASIC_OFFSET
    ? await byBasicTable(source, table, count, signal)
    : await byWalking(source, first, count, signal);
  return checkEnds({ frames, encapsulated: true }, source);
}

/** Refuses a file that was cut off. A search would otherwise spend hours on the part that is there. */
function checkEnds(index: FrameIndex, source: ByteSource): FrameIndex {
  const cut = index.frames.findIndex(({ offset, length }) => offset + length > source.length);
  if (cut >= 0) throw truncated(source.length, `frame ${cut + 1} of ${index.frames.length}`);
  return index;
}

function byExtendedTable(
  { offsets, lengths }: NonNullable<DicomHeader["extendedTable"]>,
  first: number,
  count: number,
): ByteRange[] {
  if (offsets.length !== count || lengths.length !== count) {
    throw corrupt(
      `its Extended Offset Table has ${offsets.length} places for its ${count} frames`,
    );
  }
  return offsets.map((offset, i) => ({ offset: first + offset, length: 8 + (lengths[i] ?? 0) }));
}

async function byBasicTable(
  source: ByteSource,
  table: Item,
  count: number,
  signal: AbortSignal | undefined,
): Promise<ByteRange[]> {
  if (table.length !== 4 * count) {
    throw corrupt(`its Basic Offset Table has ${table.length / 4} places for its ${count} frames`);
  }
  const bytes = await source.read(table.end - table.length, table.length, signal);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = Array.from({ length: count }, (_, i) => table.end + view.getUint32(4 * i, true));
  const sorted = starts.toSorted((a, b) => a - b);
  const last = sorted.at(-1) ?? table.end;
  if (last >= source.length) {
    const frame = starts.findIndex((start) => start >= source.length);
    throw truncated(source.length, `frame ${frame + 1} of ${count}`);
  }
  const ends = new Map(sorted.map((start, i) => [start, sorted[i + 1]]));
  if (ends.size < count) throw corrupt("its Basic Offset Table names a place twice");
  const end = await endOfItems(source, last, signal);
  return starts.map((start) => ({ offset: start, length: (ends.get(start) ?? end) - start }));
}

/**
 * Finds the frames by visiting all items. If there are more items than frames, each item that begins as a
 * JPEG or JPEG 2000 begins a frame.
 */
async function byWalking(
  source: ByteSource,
  first: number,
  count: number,
  signal: AbortSignal | undefined,
): Promise<ByteRange[]> {
  if (source.isRemote && count > MAX_REMOTE_FRAMES) {
    throw unsupported("has no offset table, so that it can only be read from a disk; download it");
  }
  const items: Item[] = [];
  for (let at = first;;) {
    signal?.throwIfAborted();
    const item = await readItem(source, at, signal);
    if (item === undefined) break;
    items.push(item);
    if (item.end > source.length) throw truncated(source.length, `frame ${items.length}`);
    at = item.end;
  }
  const starts = items.length === count ? items : items.filter(({ beginsImage }) => beginsImage);
  if (starts.length !== count) {
    throw corrupt(`it has ${items.length} fragments, which do not make ${count} frames`);
  }
  const end = items.at(-1)?.end ?? first;
  return starts.map(({ start }, i) => ({
    offset: start,
    length: (starts[i + 1]?.start ?? end) - start,
  }));
}

/** Returns the end of the last item. `start` is where any item begins. */
async function endOfItems(
  source: ByteSource,
  start: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  for (let at = start;;) {
    const item = await readItem(source, at, signal);
    if (item === undefined) return at;
    at = item.end;
  }
}

/** An item of encapsulated pixels: a fragment, or the Basic Offset Table. */
interface Item {
  readonly start: number;
  /** The offset behind its value. */
  readonly end: number;
  /** Bytes of its value. */
  readonly length: number;
  /** Whether its value begins as a JPEG or JPEG 2000 does. */
  readonly beginsImage: boolean;
}

/**
 * Reads the header of an item.
 *
 * @returns `undefined` for the delimiter at the end.
 */
async function readItem(
  source: ByteSource,
  at: number,
  signal: AbortSignal | undefined,
): Promise<Item | undefined> {
  if (at + 8 > source.length) throw truncated(source.length, "frames");
  const bytes = await source.read(at, Math.min(10, source.length - at), signal);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = view.getUint16(0, true) * 65_536 + view.getUint16(2, true);
  if (tag === DELIMITER) return undefined;
  if (tag !== ITEM) throw corrupt(`at byte ${at} there is no item of its frames`);
  const length = view.getUint32(4, true);
  const beginsImage = bytes[8] === 0xff && (bytes[9] === 0xd8 || bytes[9] === 0x4f);
  return { start: at, end: at + 8 + length, length, beginsImage };
}

/**
 * Joins the fragments of a frame, which are the values of its items.
 *
 * @throws {Problem} `image_corrupt`.
 */
export function joinFragments(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fragments: Uint8Array[] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const tag = view.getUint16(at, true) * 65_536 + view.getUint16(at + 2, true);
    if (tag !== ITEM) throw corrupt("its offset table does not point to a frame");
    const end = at + 8 + view.getUint32(at + 4, true);
    fragments.push(bytes.subarray(at + 8, Math.min(end, bytes.length)));
    at = end;
  }
  const [only = new Uint8Array()] = fragments;
  if (fragments.length < 2) return only;
  const joined = new Uint8Array(fragments.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const fragment of fragments) {
    joined.set(fragment, at);
    at += fragment.length;
  }
  return joined;
}
