import { fileErrorReason, Problem, type ProblemCode } from "../errors.ts";
import type { PictureRequest } from "./draw_picture.ts";
import { findSlides } from "./find_slides.ts";
import type { SlideFacts, SlidePlace } from "./open_slides.ts";
import { type SlideEntry, titleOf } from "./slide_entry.ts";
import { type SlideReader, slideReader } from "./slide_reader.ts";
import { type FileFacts, fileFacts } from "./file_facts.ts";

/** A slide of the folder: its facts, or the problem with which it is refused. */
export type ListedSlide =
  & { readonly id: string; readonly bytes: number }
  & ({ readonly facts: SlideFacts } | { readonly problem: Problem });

/** A part of the list of slides. */
export interface SlideList {
  readonly slides: readonly ListedSlide[];
  /** The number of slides in the folder. */
  readonly total: number;
  /** The id of the last slide of this part; undefined at the end of the list. */
  readonly next: string | undefined;
}

/** The slides of a folder. Clients name them by their ids. */
export interface SlideFolder {
  /**
   * Lists slides in the order of their paths.
   *
   * @param after The id after which the list begins; by default it begins with the first slide.
   * @throws {Problem} `slide_unknown` for an id that is not in the folder; `file_unreadable`; the reason of
   * `signal`.
   */
  list(limit: number, after?: string, signal?: AbortSignal): Promise<SlideList>;
  /** @throws {Problem} `slide_unknown`, or the problem of the slide. */
  facts(id: string): Promise<ListedSlide & { readonly facts: SlideFacts }>;
  /** @throws {Problem} `slide_unknown`; as `drawPicture`. */
  picture(id: string, request: PictureRequest, signal: AbortSignal): Promise<Uint8Array>;
  /** Returns where a slide is. @throws {Problem} `slide_unknown`. */
  locate(id: string): Promise<SlidePlace>;
  close(): void;
}

/** How long the list of files is used before the folder is searched again. */
const LIST_AGE_MS = 3000;

/** Maximum number of slides whose facts are cached. */
const MAX_KNOWN = 20_000;

/** Problems that may be temporary. Others are cached until the file changes. */
const PASSING: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  "internal",
  "overloaded",
  "slide_changed",
  "image_too_complex",
]);

/** The facts of a slide that was opened before, and the version of its files at that time. */
interface Known {
  readonly version: string;
  readonly facts: SlideFacts | Problem;
}

/** The slides of a folder by their ids, in the order of their paths. */
interface FoundSlides {
  /** The folder, absolute and without links. */
  readonly root: string;
  readonly slides: ReadonlyMap<string, SlideEntry>;
}

/** Creates a folder of slides. Opens each slide only when it is asked for. */
export function slideFolder(path: string, reader: SlideReader = slideReader()): SlideFolder {
  const known = new Map<string, Known>();
  let search: Promise<FoundSlides> | undefined;
  let searchedAt = -Infinity;

  async function searchFolder(): Promise<FoundSlides> {
    let root: string;
    try {
      root = await Deno.realPath(path);
    } catch (thrown) {
      const reason = fileErrorReason(thrown);
      throw new Problem("file_unreadable", `SLIDES_DIR cannot be read: ${reason}.`);
    }
    const slides = await findSlides(path);
    return { root, slides: new Map(slides.map((slide) => [slide.id, slide])) };
  }

  /** Returns the slides. Reuses a recent list, so that one walk through the folder serves many requests. */
  async function current(): Promise<FoundSlides> {
    if (search === undefined || performance.now() - searchedAt > LIST_AGE_MS) {
      searchedAt = Infinity;
      search = searchFolder().finally(() => searchedAt = performance.now());
      search.catch(() => search = undefined);
    }
    return await search;
  }

  async function entryOf(id: string): Promise<{ root: string; entry: SlideEntry }> {
    const { root, slides } = await current();
    const entry = slides.get(id);
    if (entry === undefined) {
      throw new Problem(
        "slide_unknown",
        `There is no slide '${id.slice(0, 40)}'; GET /slides lists them.`,
      );
    }
    return { root, entry };
  }

  async function placeOf(root: string, entry: SlideEntry): Promise<SlidePlace & FileFacts> {
    const confinement = { folder: root, title: titleOf(entry) };
    const location = entry.path === "." ? path : `${path}/${entry.path}`;
    return { location, confinement, ...await fileFacts(location, entry, confinement) };
  }

  async function open(root: string, entry: SlideEntry): Promise<ListedSlide> {
    const { id } = entry;
    let place: SlidePlace & FileFacts;
    try {
      place = await placeOf(root, entry);
    } catch (thrown) {
      if (thrown instanceof Problem) return { id, bytes: 0, problem: thrown };
      throw thrown;
    }
    const { bytes, version } = place;
    const before = known.get(id);
    const facts = before?.version === version ? before.facts : await read(place);
    if (!(facts instanceof Problem && PASSING.has(facts.code))) {
      known.delete(id);
      known.set(id, { version, facts });
      const [oldest] = known.keys();
      if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
    }
    return facts instanceof Problem ? { id, bytes, problem: facts } : { id, bytes, facts };
  }

  async function read(place: SlidePlace): Promise<SlideFacts | Problem> {
    try {
      return await reader.facts(place);
    } catch (thrown) {
      if (thrown instanceof Problem) return thrown;
      throw thrown;
    }
  }

  async function facts(id: string): Promise<ListedSlide & { readonly facts: SlideFacts }> {
    const { root, entry } = await entryOf(id);
    const slide = await open(root, entry);
    if ("problem" in slide) throw slide.problem;
    return slide;
  }

  return {
    facts,
    async list(limit, after, signal) {
      const { root, slides } = await current();
      const all = [...slides.values()];
      if (after !== undefined) await entryOf(after);
      const from = all.findIndex(({ id }) => id === after) + 1;
      const part = all.slice(from, from + limit);
      const next = from + limit < all.length ? part.at(-1)?.id : undefined;
      const opened: ListedSlide[] = [];
      for (const entry of part) {
        signal?.throwIfAborted();
        opened.push(await open(root, entry));
      }
      return { slides: opened, total: all.length, next };
    },
    async picture(id, request, signal) {
      const { root, entry } = await entryOf(id);
      return await reader.picture(await placeOf(root, entry), request, signal);
    },
    async locate(id) {
      const { root, entry } = await entryOf(id);
      return await placeOf(root, entry);
    },
    close: () => reader.close(),
  };
}
