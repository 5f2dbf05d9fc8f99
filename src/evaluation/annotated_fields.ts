import { z } from "zod";
import { messageOf, Problem } from "../errors.ts";
import type { Point } from "../image/region.ts";

const annotationsSchema = z.array(z.object({
  file: z.string().min(1),
  mitoses: z.array(z.object({ x: z.number(), y: z.number() })),
})).min(1);

/** A field in a file, and its annotated mitoses. */
export interface AnnotatedField {
  readonly path: string;
  /** Centers of the mitoses, in pixels. */
  readonly mitoses: readonly Point[];
}

/**
 * Reads `annotations.json` in a folder: an array of
 * `{"file": "a.png", "mitoses": [{"x": 12.5, "y": 40}]}`, in pixels of the file.
 *
 * @throws {Problem} `data_invalid`; the message has the file's path and says what is wrong.
 */
export async function readAnnotatedFields(folder: string): Promise<AnnotatedField[]> {
  const path = `${folder.replace(/\/+$/, "")}/annotations.json`;
  try {
    const listed = annotationsSchema.parse(JSON.parse(await Deno.readTextFile(path)));
    return listed.map(({ file, mitoses }) => ({ path: path.replace(/[^/]+$/, file), mitoses }));
  } catch (thrown) {
    const issue = thrown instanceof z.ZodError ? thrown.issues[0] : undefined;
    const why = issue ? `${issue.path.join(".")}: ${issue.message}` : messageOf(thrown);
    throw new Problem("data_invalid", `'${path}' cannot be read: ${why}.`);
  }
}
