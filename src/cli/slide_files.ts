import type { Shard } from "../slide_search/search_slide.ts";
import { UsageError } from "./command.ts";

/** Where the journals and the results of one slide are. */
export interface SlideFiles {
  /** The name of the slide: the last part of its path or address. */
  readonly name: string;
  readonly folder: string;
  /** The path of the results, without their ending. */
  readonly base: string;
}

/**
 * Returns the paths of the journals and results of slides.
 *
 * @throws {UsageError} when the results of two slides would have one name.
 */
export function slideFiles(slides: readonly string[], out = "results"): SlideFiles[] {
  const folder = out.replace(/\/+$/, "") || "/";
  const names = slides.map(nameOf);
  const duplicate = names.find((name, i) => names.indexOf(name) !== i);
  if (duplicate !== undefined) {
    throw new UsageError(
      `Two of the slides are named '${duplicate}', and so would be their results; search each into a ` +
        "folder of its own.",
    );
  }
  return names.map((name) => ({ name, folder, base: `${folder}/${name}` }));
}

/** Returns the last part of a path or of an address, without the query of the address. */
function nameOf(slide: string): string {
  const path = /^https?:\/\//.test(slide) ? slide.replace(/[?#].*$/, "") : slide;
  return path.replace(/\/+$/, "").split("/").at(-1) || "slide";
}

/** Returns the path of a journal. */
export function journalPath({ base }: SlideFiles, shard: Shard | undefined): string {
  return shard === undefined
    ? `${base}.journal`
    : `${base}.shard-${shard.index}-of-${shard.count}.journal`;
}

/** Lists the paths of the journals of a slide that exist: of whole searches and of shards. */
export async function existingJournals({ folder, name }: SlideFiles): Promise<string[]> {
  const paths: string[] = [];
  try {
    for await (const { name: file } of Deno.readDir(folder)) {
      const rest = file.startsWith(name) ? file.slice(name.length) : "";
      if (/^(\.shard-\d+-of-\d+)?\.journal$/.test(rest)) paths.push(`${folder}/${file}`);
    }
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
  return paths.sort();
}
