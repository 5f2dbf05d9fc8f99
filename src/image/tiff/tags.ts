/** The tags that are read (TIFF 6.0 and its supplements). All others are ignored. */
export const Tag = {
  NewSubfileType: 254,
  SubfileType: 255,
  ImageWidth: 256,
  ImageLength: 257,
  BitsPerSample: 258,
  Compression: 259,
  PhotometricInterpretation: 262,
  FillOrder: 266,
  ImageDescription: 270,
  StripOffsets: 273,
  SamplesPerPixel: 277,
  RowsPerStrip: 278,
  StripByteCounts: 279,
  MaxSampleValue: 281,
  XResolution: 282,
  YResolution: 283,
  PlanarConfiguration: 284,
  ResolutionUnit: 296,
  Software: 305,
  Predictor: 317,
  ColorMap: 320,
  TileWidth: 322,
  TileLength: 323,
  TileOffsets: 324,
  TileByteCounts: 325,
  SubIfds: 330,
  ExtraSamples: 338,
  SampleFormat: 339,
  SMinSampleValue: 340,
  SMaxSampleValue: 341,
  JpegTables: 347,
  XmlPacket: 700,
  ImageJMetadataCounts: 50838,
  ImageJMetadata: 50839,
  HamamatsuFormat: 65420,
} as const;

/** The numbers of the tags that are read. */
export const READ_TAGS: ReadonlySet<number> = new Set(Object.values(Tag));

/** Returns the name of a tag, for messages. */
export function tagName(tag: number): string {
  return Object.entries(Tag).find(([, number]) => number === tag)?.[0] ?? `tag ${tag}`;
}
