import { Problem } from "../errors.ts";
import type { Mask } from "../image/mask.ts";
import type { Size } from "../image/region.ts";
import { drawSlideOverview, type SlideOverview } from "../result/picture/slide_overview.ts";
import type { SlideReference } from "../result/slide/slide_result.ts";
import { type FieldFacts, fieldOf, type TiledPicture } from "../search/field.ts";
import type { Confinement } from "../slide/bytes/file_source.ts";
import { openSlide, type Slide } from "../slide/slide.ts";
import { slideSource } from "../slide/slide_source.ts";
import { transfer } from "../worker/worker_proxy.ts";
import { type Overview, readOverview } from "./overview.ts";
import { findTissue, type TissueMap } from "./tissue.ts";

/** The slide to open for a search, and the scale of the search. */
export interface SlideRequest {
  /** A file, an address, a folder of DICOM files, or several files of one slide. */
  readonly location: string | string[];
  /** Beginnings of the addresses from which slides may be read. */
  readonly allowedUrls: readonly string[];
  /** Limits which files are opened, and hides their names; by default, neither. */
  readonly confinement?: Confinement;
  /** Micrometers per pixel that the user gives; if undefined, the file has to state them. */
  readonly mpp: number | undefined;
  /** The resolution that the model was trained at, and the size of its window in pixels. */
  readonly model: Size & { readonly mpp: number };
}

/** Facts about a slide that are known once it is open. */
export interface SlideFacts extends FieldFacts {
  /** Format and compression, to be shown to people. */
  readonly format: string;
  /** Identifies the slide and its version. */
  readonly identity: string;
  /** Present for a slide in DICOM. */
  readonly dicom?: SlideReference;
}

/** A slide that is open for a search, on this thread or in a Worker. */
export interface SearchableSlide extends TiledPicture {
  readonly facts: SlideFacts;
  /** Finds the tissue and the ink on the overview. */
  tissue(): Promise<TissueMap>;
  /** Draws a result over the overview. Returns a PNG file. */
  overview(what: SlideOverview): Promise<Uint8Array>;
}

/** Names of the methods of {@linkcode SearchableSlide} that can run in another thread. */
export const SLIDE_METHODS = ["candidates", "windows", "region", "tissue", "overview"] as const;

export type SlideMethod = typeof SLIDE_METHODS[number];

/** The calls that a Worker with a slide answers. */
export type SlideMethods = Pick<SearchableSlide, SlideMethod> & {
  open(request: SlideRequest): Promise<SlideFacts>;
};

/**
 * Opens a slide for a search on this thread.
 *
 * @throws {Problem} `scale_missing` if neither the file nor the user states the scale; as
 * {@linkcode openSlide}.
 */
export async function openSlideHere(request: SlideRequest): Promise<SearchableSlide> {
  const { location, allowedUrls, confinement } = request;
  const slide = await openSlide(location, { allowedUrls, ...(confinement && { confinement }) });
  try {
    return searchable(slide, request);
  } catch (thrown) {
    slide.close();
    throw thrown;
  }
}

/**
 * Makes an open slide searchable. Keeps the tiles in progress and the overview in memory.
 *
 * @throws {Problem} `scale_missing`.
 */
export function searchable(
  slide: Slide,
  { mpp, model }: Pick<SlideRequest, "mpp" | "model">,
): SearchableSlide {
  if (mpp === undefined && slide.mpp === undefined) {
    throw new Problem(
      "scale_missing",
      "The slide states no scale, and without it the count per mm² is wrong; give mpp, the micrometers " +
        "per pixel: --mpp 0.25.",
    );
  }
  const field = fieldOf(slideSource(slide), { mpp, model });
  const { resolution } = field.facts;
  let read: Promise<{ overview: Overview; map: TissueMap }> | undefined;

  function overviewOnce() {
    return read ??= (async () => {
      const overview = await readOverview(slide, resolution.mpp);
      return { overview, map: findTissue(overview, resolution.mpp) };
    })();
  }

  return {
    facts: {
      ...field.facts,
      format: slide.format,
      identity: slide.identity,
      ...(slide.dicom && { dicom: slide.dicom }),
    },
    candidates: field.candidates,
    windows: field.windows,
    region: field.region,
    async tissue() {
      const { map: { tissue, pen } } = await overviewOnce();
      const copy = (mask: Mask): Mask => ({ ...mask, data: mask.data.slice() });
      return { tissue: copy(tissue), pen: copy(pen) };
    },
    async overview(what) {
      const { overview, map } = await overviewOnce();
      const png = drawSlideOverview(overview.image, map.pen, what);
      return transfer(png, png.buffer as ArrayBuffer);
    },
    close() {
      field.close();
      slide.close();
    },
  };
}
