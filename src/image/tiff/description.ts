/** What ImageDescription says of the planes of a picture; a field of view has one, in color. */
export interface Planes {
  /** Which program's notation it is. */
  readonly by: "ImageJ" | "OME-XML" | "tifffile";
  readonly channels: number;
  /** Planes of one channel: focal planes and points in time. */
  readonly others: number;
  /** Whether the channels are said to be anything else than red, green and blue. */
  readonly otherColors: boolean;
  /** Position of red, green and blue in the file's order of pages. */
  readonly order: readonly number[];
}

/**
 * Reads how many planes a description speaks of, and what the channels are.
 *
 * @param width,height Size of the page; an OME-XML may describe pictures of several sizes.
 * @param samples Samples a pixel of the page.
 * @returns `undefined` where it says nothing of planes.
 */
export function describedPlanes(
  description: string,
  { width, height, samples }: { width: number; height: number; samples: number },
): Planes | undefined {
  if (description.startsWith("ImageJ=")) return imageJPlanes(description);
  if (isOme(description)) return omePlanes(description, width, height, samples);
  if (description.startsWith("{")) return tifffilePlanes(description, width * height * samples);
}

/** Pictures of an OME-XML that are looked at. */
const MAX_PICTURES = 1000;

/** ImageJ's own notation: a line for each `key=value`. */
export function imageJValues(description: string): ReadonlyMap<string, string> {
  const lines = description.split("\n", 1000).map((line) => {
    const at = line.indexOf("=");
    return [line.slice(0, Math.max(at, 0)).trim(), line.slice(at + 1).trim()] as const;
  });
  return new Map(lines);
}

/** The element Pixels of the picture of a size in an OME-XML: its attributes, and what is in it. */
export function omePixels(
  description: string,
  width: number,
  height: number,
): { attributes: ReadonlyMap<string, string>; content: string } | undefined {
  let pictures = 0;
  for (const { 1: tag = "", index } of description.matchAll(/<(?:\w+:)?Pixels\s([^<>]*)>/g)) {
    if (++pictures > MAX_PICTURES) break;
    const attributes = attributesOf(tag);
    if (Number(attributes.get("SizeX")) !== width) continue;
    if (Number(attributes.get("SizeY")) !== height) continue;
    const end = description.indexOf("Pixels>", index);
    return { attributes, content: description.slice(index, end < 0 ? undefined : end) };
  }
}

/** Whether a description is an OME-XML. */
export function isOme(description: string): boolean {
  return /<(?:\w+:)?OME[\s>]/.test(description.slice(0, 4096));
}

function imageJPlanes(description: string): Planes {
  const values = imageJValues(description);
  const number = (key: string) => Number(values.get(key) ?? 1) || 1;
  const channels = number("channels");
  const images = Math.max(number("images"), channels * number("slices") * number("frames"));
  return {
    by: "ImageJ",
    channels,
    others: images / channels,
    // Without a mode ImageJ shows one channel after the other, in gray.
    otherColors: values.get("mode") !== "composite",
    order: [0, 1, 2],
  };
}

function omePlanes(
  description: string,
  width: number,
  height: number,
  samples: number,
): Planes | undefined {
  const pixels = omePixels(description, width, height);
  if (pixels === undefined) return undefined;
  const number = (key: string) => Number(pixels.attributes.get(key) ?? 1) || 1;
  const channels = elements(pixels.content, "Channel");
  const order = [0, 1, 2];
  for (const data of elements(pixels.content, "TiffData")) {
    const channel = Number(data.get("FirstC") ?? NaN);
    const page = Number(data.get("IFD") ?? NaN);
    if (channel in order && page in order) order[channel] = page;
  }
  return {
    by: "OME-XML",
    channels: number("SizeC") / samples,
    others: number("SizeZ") * number("SizeT"),
    otherColors: channels.length > 0 && !channels.every(isPrimary) || new Set(order).size < 3,
    order,
  };
}

/** Whether a channel is the color that its place stands for, as far as it says. */
function isPrimary(channel: ReadonlyMap<string, string>, place: number): boolean {
  const name = channel.get("Name")?.toLowerCase();
  const names = [["r", "red"], ["g", "green"], ["b", "blue"]][place] ?? [];
  // A name that is a mere number says nothing.
  if (name !== undefined && !/^(channel|ch|c)?[\s:_-]*\d*$/.test(name) && !names.includes(name)) {
    return false;
  }
  const color = channel.get("Color");
  if (color === undefined) return true;
  // RGBA in 32 bits; white is what is written where no color is known.
  const rgb = Number(color) >>> 8;
  return rgb === [0xff0000, 0x00ff00, 0x0000ff][place] || rgb === 0xffffff;
}

/** The attributes of all elements of a name. */
function elements(xml: string, name: string): ReadonlyMap<string, string>[] {
  const found: ReadonlyMap<string, string>[] = [];
  for (const [, tag = ""] of xml.matchAll(new RegExp(`<(?:\\w+:)?${name}\\s([^<>]*)>`, "g"))) {
    found.push(attributesOf(tag));
    if (found.length === 10_000) break;
  }
  return found;
}

function attributesOf(tag: string): ReadonlyMap<string, string> {
  return new Map(
    [...tag.slice(0, 10_000).matchAll(/(?<![\w:])([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)]
      .map(([, key = "", double, single]) => [key, double ?? single ?? ""]),
  );
}

/** tifffile notes the shape of the array that was written, as JSON. */
function tifffilePlanes(description: string, pageSamples: number): Planes | undefined {
  const [, list] = /"shape":\s*\[([\d,\s]+)\]/.exec(description.slice(0, 4096)) ?? [];
  if (list === undefined) return undefined;
  const samples = list.split(",").reduce((product, part) => product * Number(part), 1);
  const others = samples / pageSamples;
  if (!(others > 1)) return undefined;
  return { by: "tifffile", channels: 1, others, otherColors: true, order: [] };
}
