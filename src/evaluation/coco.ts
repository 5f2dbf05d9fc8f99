import { z } from "zod";
import type { Point } from "../image/region.ts";
import { readLabel } from "./label.ts";

/** An annotated field (an image): its file as the annotation names it, and its mitoses. */
export interface NamedField {
  readonly file: string;
  /** Centers of the mitoses, in pixels of the file. */
  readonly mitoses: readonly Point[];
}

/** How far a box may reach out of its image, in pixels: a little more than half the side of MIDOG's boxes. */
const MAX_OUTSIDE = 64;

const id = z.union([z.number(), z.string()]);

const cocoSchema = z.object({
  images: z.array(z.object({
    id,
    file_name: z.string().min(1),
    width: z.number().optional(),
    height: z.number().optional(),
  })).min(1),
  annotations: z.array(z.object({
    image_id: id,
    category_id: id,
    bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
    area: z.number().optional(),
  })),
  categories: z.array(z.object({ id, name: z.string() })).min(1),
}, { error: "it must be a list of fields, or an object with images, annotations and categories" });

type Coco = z.infer<typeof cocoSchema>;
type Box = Coco["annotations"][number]["bbox"];

/** The meaning of the last two numbers of a box: its size (COCO), or its lower right corner (MIDOG). */
type BoxKind = "size" | "corner";

/**
 * Reads the JSON of COCO (Lin et al., ECCV 2014) or of the MIDOG challenges. Boxes are
 * `[x, y, width, height]` in COCO and `[x1, y1, x2, y2]` in MIDOG. Recognizes the kind by the boxes: all of
 * them must fit one kind and not the other. Ignores other categories than mitoses.
 *
 * @returns The fields with the centers of their mitoses in pixels; images without a mitosis are among them.
 * Also the number of images without any annotation, because perhaps nobody has looked at them.
 * @throws {z.ZodError} for JSON that is neither.
 * @throws {Error} if no category means a mitosis, or if the boxes fit neither kind or both.
 */
export function readCocoFields(
  content: unknown,
): { readonly fields: NamedField[]; readonly unannotated: number } {
  const { images, annotations, categories } = cocoSchema.parse(content);
  const mitotic = new Set(
    categories.filter(({ name }) => readLabel(name) === true).map(({ id }) => id),
  );
  if (mitotic.size === 0) {
    const names = categories.map(({ name }) => `'${name}'`).join(", ");
    throw new Error(`none of its categories means a mitosis: ${names}`);
  }
  const kind = findBoxKind(images, annotations);
  const known = new Set(images.map(({ id }) => id));
  const stray = annotations.find(({ image_id }) => !known.has(image_id));
  if (stray !== undefined) {
    throw new Error(`an annotation is of the image '${stray.image_id}', which is not listed`);
  }
  const mitoses = annotations.filter(({ category_id }) => mitotic.has(category_id));
  const byImage = Map.groupBy(mitoses, ({ image_id }) => image_id);
  const annotated = new Set(annotations.map(({ image_id }) => image_id));
  return {
    fields: images.map(({ id, file_name }) => ({
      file: file_name,
      mitoses: (byImage.get(id) ?? []).map(({ bbox }) => centerOf(bbox, kind)),
    })),
    unannotated: images.filter(({ id }) => !annotated.has(id)).length,
  };
}

function centerOf([x, y, third, fourth]: Box, kind: BoxKind): Point {
  return kind === "size"
    ? { x: x + third / 2, y: y + fourth / 2 }
    : { x: (x + third) / 2, y: (y + fourth) / 2 };
}

/** @throws {Error} if the boxes fit neither kind, or both. */
function findBoxKind(images: Coco["images"], annotations: Coco["annotations"]): BoxKind {
  const sizes = new Map(images.map((image) => [image.id, image]));
  const fits = (kind: BoxKind) =>
    annotations.every(({ bbox, area, image_id }) => {
      const { width = Infinity, height = Infinity } = sizes.get(image_id) ?? {};
      const [x, y] = bbox;
      const [w, h] = sizeOf(bbox, kind);
      const isInside = x + w <= width + MAX_OUTSIDE && y + h <= height + MAX_OUTSIDE;
      const isArea = area === undefined || area <= 0 || Math.abs(area - w * h) <= 0.01 * area + 1;
      return w > 0 && h > 0 && isInside && isArea;
    });
  const possible = (["size", "corner"] as const).filter(fits);
  const [kind, other] = possible;
  if (kind === undefined) {
    throw new Error(
      "its boxes are neither [x, y, width, height] as in COCO nor [x1, y1, x2, y2] as in MIDOG",
    );
  }
  if (other === undefined || annotations.length === 0) return kind;
  // All boxes of mitoses usually have one size. Read as the wrong kind, their sizes differ.
  const equal = possible.filter((one) => haveOneSize(annotations, one));
  if (equal.length === 1 && equal[0] !== undefined) return equal[0];
  throw new Error(
    "its boxes may be [x, y, width, height] as in COCO or [x1, y1, x2, y2] as in MIDOG; give the images " +
      "their width and height, or the annotations their area",
  );
}

function sizeOf([x, y, third, fourth]: Box, kind: BoxKind): readonly [number, number] {
  return kind === "size" ? [third, fourth] : [third - x, fourth - y];
}

/** Returns whether there are several boxes, all of the same size. */
function haveOneSize(annotations: Coco["annotations"], kind: BoxKind): boolean {
  const [first, ...others] = annotations.map(({ bbox }) => sizeOf(bbox, kind));
  return first !== undefined && others.length > 0 &&
    others.every(([w, h]) => Math.abs(w - first[0]) <= 1 && Math.abs(h - first[1]) <= 1);
}
