import { z } from "zod";
import { messageOf, Problem } from "../errors.ts";

const annotationsSchema = z.array(z.object({
  file: z.string().min(1),
  mitoses: z.array(z.object({ x: z.number(), y: z.number() })),
})).min(1);

/** A field on disk of which it is known where its mitoses are. */
export interface AnnotatedField {
  readonly path: string;
  /** Centers, in pixels. */
  readonly mitoses: readonly { readonly x: number; readonly y: number }[];
}

/**
 * Reads the list of annotated fields of a folder: `annotations.json`, an array of
 * `{"file": "a.png", "mitoses": [{"x": 12.5, "y": 40}]}`, in pixels of the file.
 *
 * @throws {Problem} `data_invalid`, naming the folder and what is wrong.
 */
export async function annotatedFields(folder: string): Promise<AnnotatedField[]> {
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
