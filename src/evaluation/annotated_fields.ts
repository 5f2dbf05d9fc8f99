import { z } from "zod";
import { fileErrorReason, Problem } from "../errors.ts";
import { decodeText } from "../files/decode_text.ts";
import { isFolder, walkFolder } from "../files/walk_folder.ts";
import type { Point } from "../image/region.ts";
import { readCocoFields } from "./coco.ts";
import { findFile } from "./find_file.ts";
import { readGeoJsonMitoses } from "./geojson_mitoses.ts";

const ownSchema = z.array(z.object({
  file: z.string().min(1),
  mitoses: z.array(z.object({ x: z.number(), y: z.number() })),
})).min(1);

/** A field whose file was found. */
export interface AnnotatedField {
  /** Path of the image file. */
  readonly path: string;
  readonly mitoses: readonly Point[];
}

/** The annotated fields of a folder or a file. */
export interface AnnotatedFields {
  readonly fields: readonly AnnotatedField[];
  /** Fields whose image or annotation cannot be read, and why. */
  readonly bad: readonly { readonly name: string; readonly reason: string }[];
  /** Sentences on what was left out. */
  readonly notes: readonly string[];
}

/**
 * Reads annotated fields. A file is of one of three formats: `[{"file": "a.png", "mitoses": [{"x": 12.5,
 * "y": 40}]}]`, COCO's or MIDOG's JSON, or the GeoJSON that QuPath exports of one image. A folder has one of
 * the first two as `annotations.json`, or a GeoJSON for each image: `a.geojson` or `a.png.geojson` for
 * `a.png`. Coordinates are pixels of the image.
 *
 * @throws {Problem} `data_invalid`; the message has the path and says what is wrong.
 */
export async function readAnnotatedFields(path: string): Promise<AnnotatedFields> {
  try {
    if (!await isFolder(path)) return await fromFile(path);
    const folder = path.replace(/\/+$/, "") || "/";
    const listed = `${folder}/annotations.json`;
    const isListed = await Deno.stat(listed).then(() => true, () => false);
    return isListed ? await fromFile(listed) : await fromGeoJsons(folder);
  } catch (thrown) {
    throw new Problem("data_invalid", `'${path}' cannot be evaluated: ${reasonOf(thrown)}.`);
  }
}

async function fromFile(path: string): Promise<AnnotatedFields> {
  if (/\.geojson$/i.test(path)) {
    const image = await imageOf(path);
    if (image === undefined) throw new Error("there is no image of the same name beside it");
    return {
      fields: [{ path: image, mitoses: readGeoJsonMitoses(await readJson(path)) }],
      bad: [],
      notes: [],
    };
  }
  const content = await readJson(path);
  const { fields: named, unannotated } = Array.isArray(content)
    ? { fields: ownSchema.parse(content), unannotated: 0 }
    : readCocoFields(content);
  const fields: AnnotatedField[] = [];
  const bad: { name: string; reason: string }[] = [];
  for (const { file, mitoses } of named) {
    const image = await findFile(path, file);
    if (image === undefined) bad.push({ name: file, reason: "there is no such file" });
    else fields.push({ path: image, mitoses });
  }
  const notes = unannotated === 0
    ? []
    : [`Images without any annotation, taken for fields without a mitosis: ${unannotated}.`];
  return { fields, bad, notes };
}

/** Reads the GeoJSON of each image of a folder. */
async function fromGeoJsons(folder: string): Promise<AnnotatedFields> {
  const files = await walkFolder(folder, (name) => /\.geojson$/i.test(name));
  if (files.length === 0) {
    throw new Error("it has neither annotations.json nor a GeoJSON for an image");
  }
  const fields: AnnotatedField[] = [];
  const bad: { name: string; reason: string }[] = [];
  for (const file of files) {
    const path = `${folder}/${file}`;
    const image = await imageOf(path);
    try {
      if (image === undefined) throw new Error("there is no image of the same name beside it");
      fields.push({ path: image, mitoses: readGeoJsonMitoses(await readJson(path)) });
    } catch (thrown) {
      bad.push({ name: path, reason: reasonOf(thrown) });
    }
  }
  const images = await walkFolder(folder, (name) => /\.(png|jpe?g|tiff?)$/i.test(name));
  const known = new Set(fields.map(({ path }) => path));
  const others = images.filter((image) => !known.has(`${folder}/${image}`)).length;
  const notes = others === 0 ? [] : [`Images without a GeoJSON, left out: ${others}.`];
  return { fields, bad, notes };
}

/** Finds the image that a GeoJSON belongs to: `a.png` for `a.geojson` and for `a.png.geojson`. */
async function imageOf(path: string): Promise<string | undefined> {
  const base = path.replace(/\.geojson$/i, "");
  const endings = ["", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".PNG", ".JPG", ".JPEG", ".TIF"];
  for (const ending of [...endings, ".TIFF"]) {
    if (ending === "" && !/\.(png|jpe?g|tiff?)$/i.test(base)) continue;
    const image = base + ending;
    if (await Deno.stat(image).then(({ isFile }) => isFile, () => false)) return image;
  }
  return undefined;
}

async function readJson(path: string): Promise<unknown> {
  const text = decodeText(await Deno.readFile(path));
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("it is not valid JSON");
  }
}

function reasonOf(thrown: unknown): string {
  const issue = thrown instanceof z.ZodError ? thrown.issues[0] : undefined;
  if (issue === undefined) return fileErrorReason(thrown).replace(/\.$/, "");
  return issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`;
}
