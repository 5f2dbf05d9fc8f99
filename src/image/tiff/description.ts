import type { Size } from "../region.ts";

/** The planes of a picture that ImageDescription states: channels, focal planes, points in time. */
export interface Planes {
  /** The program that wrote the description, or its format. */
  readonly source: "ImageJ" | "OME-XML" | "tifffile";
  readonly channels: number;
  /** Focal planes and points in time of each channel. */
  readonly planesPerChannel: number;
  /** Whether the channels are anything but red, green and blue. */
  readonly hasOtherColors: boolean;
  /** Index of the pages of red, green and blue. */
  readonly order: readonly number[];
}

/** Maximum number of pictures that are read from an OME-XML. */
const MAX_PICTURES = 1000;

/** Maximum number of lines that are read from ImageJ's description. */
const MAX_LINES = 1000;

/** Maximum numbers of elements of one name, and of characters of an element, that are read from an OME-XML. */
const MAX_ELEMENTS = 10_000;
const MAX_ELEMENT_LENGTH = 10_000;

/** Maximum number of characters from which the kind of a description is recognized. */
const MAX_BEGINNING = 4096;

/** The pages of red, green and blue if the description states no other order. */
const RGB_ORDER: readonly number[] = [0, 1, 2];

/**
 * Reads the planes that a description states.
 *
 * @param size Size of the page: an OME-XML may describe pictures of several sizes.
 * @returns `undefined` if the description states no planes.
 */
export function describedPlanes(
  description: string,
  size: Size,
  samplesPerPixel: number,
): Planes | undefined {
  if (description.startsWith("ImageJ=")) return imageJPlanes(description);
  if (isOme(description)) return omePlanes(description, size, samplesPerPixel);
  if (description.startsWith("{")) {
    return tifffilePlanes(description, size.width * size.height * samplesPerPixel);
  }
}

/** Reads the values of a description by ImageJ, which has a line for each `key=value`. */
export function imageJValues(description: string): ReadonlyMap<string, string> {
  const lines = description.split("\n", MAX_LINES).map((line) => {
    const at = line.indexOf("=");
    return [line.slice(0, Math.max(at, 0)).trim(), line.slice(at + 1).trim()] as const;
  });
  return new Map(lines);
}

/** Finds the element Pixels of the picture of a size in an OME-XML: its attributes and its content. */
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

/** Returns whether a description is an OME-XML. */
export function isOme(description: string): boolean {
  return /<(?:\w+:)?OME[\s>]/.test(description.slice(0, MAX_BEGINNING));
}

function imageJPlanes(description: string): Planes {
  const values = imageJValues(description);
  const number = (key: string) => Number(values.get(key) ?? 1) || 1;
  const channels = number("channels");
  const images = Math.max(number("images"), channels * number("slices") * number("frames"));
  return {
    source: "ImageJ",
    channels,
    planesPerChannel: images / channels,
    // In other modes ImageJ shows one channel at a time.
    hasOtherColors: values.get("mode") !== "composite",
    order: RGB_ORDER,
  };
}

function omePlanes(
  description: string,
  { width, height }: Size,
  samplesPerPixel: number,
): Planes | undefined {
  const pixels = omePixels(description, width, height);
  if (pixels === undefined) return undefined;
  const number = (key: string) => Number(pixels.attributes.get(key) ?? 1) || 1;
  const channels = elementsOf(pixels.content, "Channel");
  const order = [...RGB_ORDER];
  for (const data of elementsOf(pixels.content, "TiffData")) {
    const channel = Number(data.get("FirstC") ?? NaN);
    const page = Number(data.get("IFD") ?? NaN);
    if (channel in order && page in order) order[channel] = page;
  }
  const arePrimary = channels.every(isPrimary) && new Set(order).size === 3;
  return {
    source: "OME-XML",
    channels: number("SizeC") / samplesPerPixel,
    planesPerChannel: number("SizeZ") * number("SizeT"),
    hasOtherColors: !arePrimary,
    order,
  };
}

/** Returns whether channel 0, 1 or 2 is red, green or blue, or states neither a name nor a color. */
function isPrimary(channel: ReadonlyMap<string, string>, index: number): boolean {
  const name = channel.get("Name")?.toLowerCase();
  const names = [["r", "red"], ["g", "green"], ["b", "blue"]][index] ?? [];
  // A name that only numbers the channel states no color.
  if (name !== undefined && !/^(channel|ch|c)?[\s:_-]*\d*$/.test(name) && !names.includes(name)) {
    return false;
  }
  const color = channel.get("Color");
  if (color === undefined) return true;
  // A uint32 of RGBA. Programs write white where they know no color.
  const rgb = Number(color) >>> 8;
  return rgb === [0xff0000, 0x00ff00, 0x0000ff][index] || rgb === 0xffffff;
}

/** Returns the attributes of all elements of a name. */
function elementsOf(xml: string, name: string): ReadonlyMap<string, string>[] {
  const elements: ReadonlyMap<string, string>[] = [];
  for (const [, tag = ""] of xml.matchAll(new RegExp(`<(?:\\w+:)?${name}\\s([^<>]*)>`, "g"))) {
    elements.push(attributesOf(tag));
    if (elements.length === MAX_ELEMENTS) break;
  }
  return elements;
}

function attributesOf(tag: string): ReadonlyMap<string, string> {
  const attribute = /(?<![\w:])([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
  return new Map(
    [...tag.slice(0, MAX_ELEMENT_LENGTH).matchAll(attribute)]
      .map(([, key = "", double, single]) => [key, double ?? single ?? ""]),
  );
}

/** Reads the shape of the array that tifffile wrote, which it notes as JSON. */
function tifffilePlanes(description: string, samplesPerPage: number): Planes | undefined {
  const [, list] = /"shape":\s*\[([\d,\s]+)\]/.exec(description.slice(0, MAX_BEGINNING)) ?? [];
  if (list === undefined) return undefined;
  const samples = list.split(",").reduce((product, part) => product * Number(part), 1);
  const planesPerChannel = samples / samplesPerPage;
  if (!(planesPerChannel > 1)) return undefined;
  return { source: "tifffile", channels: 1, planesPerChannel, hasOtherColors: true, order: [] };
}
