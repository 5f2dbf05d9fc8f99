/** Creates a little-endian TIFF of one strip (TIFF 6.0, section 2). All tag values have type LONG. */
export function tiff(tags: Record<number, number>, strip: Uint8Array): Uint8Array {
  const entries = Object.entries({ ...tags, 273: 0, 279: strip.length })
    .map(([tag, value]) => [Number(tag), value] as const).sort(([a], [b]) => a - b);
  const start = 8 + 2 + entries.length * 12 + 4;
  const bytes = new Uint8Array(start + strip.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0, 8, 0, 0, 0]);
  view.setUint16(8, entries.length, true);
  entries.forEach(([tag, value], i) => {
    const at = 10 + i * 12;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, 4, true);
    view.setUint32(at + 4, 1, true);
    view.setUint32(at + 8, tag === 273 ? start : value, true);
  });
  bytes.set(strip, start);
  return bytes;
}
