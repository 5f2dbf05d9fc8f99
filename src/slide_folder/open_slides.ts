import type { Confinement } from "../slide/bytes/file_source.ts";
import { openSlide, type Slide, type SlideLevel } from "../slide/slide.ts";

/** Where a slide is, and how far reading may go. */
export interface SlidePlace {
  /** The path of a file, or of a folder of DICOM files. */
  readonly location: string;
  readonly confinement: Confinement;
  /** Changes when the files change. */
  readonly version: string;
}

/** Facts about a slide that can be read. Nothing about the patient is among them. */
export interface SlideFacts {
  readonly width: number;
  readonly height: number;
  /** Micrometers per pixel that the file states; undefined where it states none. */
  readonly mpp: number | undefined;
  readonly format: string;
  /** From the largest to the smallest. */
  readonly levels: readonly SlideLevel[];
  /** `Slide.identity`: tells slides and their versions apart. */
  readonly identity: string;
}

/** Picks the facts of an open slide. */
export function factsOf({ width, height, mpp, format, levels, identity }: Slide): SlideFacts {
  return { width, height, mpp, format, levels, identity };
}

/** Bytes of decoded tiles that each open slide keeps. */
const CACHE_BYTES = 24 << 20;

/** Slides that are kept open for the next picture. */
const MAX_KEPT = 4;

/** An open slide, and how many calls use it. */
interface Kept {
  readonly slide: Promise<Slide>;
  users: number;
}

/** Slides that are open. Keeps those that were used last. */
export class OpenSlides {
  readonly #kept = new Map<string, Kept>();

  /**
   * Opens a slide, or takes it from those that are open, and passes it to a function.
   *
   * @throws {Problem} as {@linkcode openSlide}, and what `use` throws.
   */
  async with<T>(
    { location, confinement, version }: SlidePlace,
    use: (slide: Slide) => T | Promise<T>,
  ): Promise<T> {
    const key = `${location}\n${version}`;
    const kept = this.#kept.get(key) ?? {
      slide: openSlide(location, { confinement, maxCacheBytes: CACHE_BYTES }),
      users: 0,
    };
    // A Map keeps the order of insertion: the slides that were used last come last.
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    kept.users++;
    try {
      return await use(await kept.slide);
    } catch (thrown) {
      // A slide that changed or cannot be read is opened again the next time.
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
      throw thrown;
    } finally {
      kept.users--;
      if (kept.users === 0 && this.#kept.get(key) !== kept) close(kept);
      this.#closeOldest();
    }
  }

  #closeOldest(): void {
    for (const [key, kept] of this.#kept) {
      if (this.#kept.size <= MAX_KEPT) return;
      if (kept.users > 0) continue;
      this.#kept.delete(key);
      close(kept);
    }
  }
}

function close({ slide }: Kept): void {
  slide.then((slide) => slide.close(), () => {});
}
