import { z } from "zod";
import { messageOf, Problem } from "../errors.ts";
import type { Point } from "../image/region.ts";

const annotationsSchema = z.array(z.object({
  file: z.string().min(1),
  mitoses: z.array(z.object({ x: z.number(), y: z.number() })),
})).min(1);

/** The file of a field, and its annotated mitoses. */
export interface AnnotatedField {
  /** Path of the image file. */
  readonly path: string;
  /** Centers of the mitoses, in pixels of the file. */
  readonly mitoses: readonly Point[];
}

/**
 * Reads `annotations.json` in a folder. It is an array of
 * `{"file": "a.png", "mitoses": [{"x": 12.5, "y": 40}]}`, where `file` is relative to the folder
 * and `x` and `y` are in pixels of that file.
 *
 * @throws {Problem} `data_invalid`; the message has the path of `annotations.json` and says what is
 * wrong.
 */
export async function readAnnotatedFields(folder: string): Promise<AnnotatedField[]> {
  const path = `${folder.replace(/\/+$/, "")}/annotations.json`;
  try {
    const listed = annotationsSchema.parse(JSON.parse(await Deno.readTextFile(path)));
    return listed.map(({ file, mitoses }) => ({ path: path.replace(/[^/]+$/, file), mitoses }));
  } catch (thrown) {
    const issue = thrown instanceof z.ZodError ? thrown.issues[0] : undefined;
    const place = issue && issue.path.length > 0 ? `${issue.path.join(".")}: ` : "";
    const reason = `${place}${issue?.message ?? messageOf(thrown)}`;
    throw new Problem("data_invalid", `'${path}' cannot be read: ${reason}.`);
  }
}
