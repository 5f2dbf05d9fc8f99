/**
 * The types of the library. They import nothing, so that the npm package can have them as they are.
 *
 * @module
 */

/** Options of `loadClassifier`. */
export interface LoadOptions {
  /** A folder with a model, as `model import` writes it; by default the embedded model. */
  readonly modelFolder?: string;
  /**
   * Number of Workers that run the network, 0 to 64; default 0. With 0 the network runs in this
   * thread and blocks it for some milliseconds at a time. Only Deno can use more than 0.
   */
  readonly workers?: number;
}

/** Options of every call. */
export interface CallOptions {
  /** When it aborts, the call rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** Options of {@linkcode MitosisClassifier.detect}. */
export interface FieldOptions extends CallOptions {
  /** Lowest probability of a mitosis, 0 to 1; default: the model's threshold. */
  readonly threshold?: number;
  /** Micrometers per pixel, 0.05 to 2; default: what the file states, else the model's resolution. */
  readonly mpp?: number;
  /** Orientations in which a window that may show a mitosis is scored; default 1. */
  readonly tta?: 1 | 8;
  /** Micrometers within which only the most probable detection is kept, 0 to 1000; default 7.5. */
  readonly suppression?: number;
  /** Whether to list points below the threshold too; default false. */
  readonly keep?: boolean;
  /** Largest field that is read, in megapixels; default 100. */
  readonly maxMegapixels?: number;
  /** Called with the share of the search that is done, 0 to 1, and the mitoses found so far. */
  readonly onProgress?: (done: number, count: number) => void;
}

/** Options of {@linkcode OpenSlide.search}. */
export interface SlideSearchOptions extends CallOptions {
  /** Lowest probability of a mitosis, 0 to 1; default: the model's threshold. */
  readonly threshold?: number;
  /** Orientations in which a window that may show a mitosis is scored; default 1. */
  readonly tta?: 1 | 8;
  /** Micrometers within which only the most probable detection is kept, 0 to 1000; default 7.5. */
  readonly suppression?: number;
  /** Area of the hotspot in square millimeters, 0.1 to 20; default 2. */
  readonly hotspotMm2?: number;
  /** Areas to search, as GeoJSON in pixels of the slide; default: all tissue. */
  readonly region?: string;
  /** Called with the share of the search that is done, 0 to 1, and the mitoses found so far. */
  readonly onProgress?: (done: number, count: number) => void;
}

/** Facts about the model. */
export interface ModelFacts {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the network, hexadecimal. */
  readonly sha256: string;
  /** Lowest probability that counts as a mitosis. */
  readonly threshold: number;
  /** Micrometers per pixel of a patch. */
  readonly mpp: number;
  /** Width and height of a patch, in pixels. */
  readonly patch: { readonly width: number; readonly height: number };
}

/** A point that the model has scored, in pixels of the file. */
export interface FoundPoint {
  readonly x: number;
  readonly y: number;
  /** Probability of a mitosis, 0 to 1. */
  readonly probability: number;
  /** Whether the probability reaches the threshold. */
  readonly mitosis: boolean;
}

/** Mitoses, and the area in which they were counted. */
export interface MitosisCount {
  readonly count: number;
  readonly areaMm2: number;
  readonly perMm2: number;
}

/** Size of a picture in pixels, and its scale. */
export interface PictureFacts {
  readonly width: number;
  readonly height: number;
  /** Micrometers per pixel at which it was searched. */
  readonly mpp: number;
  /** Where `mpp` comes from; `assumed` is the model's resolution, and the count may then be wrong. */
  readonly mppOrigin: "file" | "request" | "assumed";
}

/** What a person should check before using a result. */
export interface ResultWarning {
  readonly code: string;
  readonly message: string;
}

/** The result of a field. */
export interface FieldDetections {
  readonly image: PictureFacts;
  readonly threshold: number;
  /** The most probable first. */
  readonly detections: readonly FoundPoint[];
  readonly summary: MitosisCount;
  readonly warnings: readonly ResultWarning[];
}

/** A circle with many mitoses, in pixels of the slide. */
export interface HotspotCircle extends MitosisCount {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** The part of the circle that is tissue, 0 to 1. */
  readonly tissueShare: number;
}

/** The result of a slide. */
export interface SlideDetections extends FieldDetections {
  /** The circle with the most mitoses, and up to two runners-up. */
  readonly hotspots: readonly HotspotCircle[];
  /** The mitotic score of the College of American Pathologists, 1 to 3, of the first hotspot. */
  readonly score: number;
  /** What the count covers, in one or two sentences. */
  readonly coverage: string;
}

/** An open slide. */
export interface OpenSlide extends Disposable {
  readonly image: PictureFacts;
  /** Format and compression, for people. */
  readonly format: string;
  /**
   * Finds the mitoses of the slide, or of a region of it.
   *
   * @throws an error with the code `slide_empty` where there is no tissue, `region_invalid`,
   * `request_invalid`, or one of the file.
   */
  search(options?: SlideSearchOptions): Promise<SlideDetections>;
  /** Closes the files. */
  close(): void;
}

/** A model that has passed its self-test. */
export interface MitosisClassifier extends AsyncDisposable {
  readonly model: ModelFacts;
  /**
   * Scores patches.
   *
   * @param patches One PNG file, or several, of the size in {@linkcode ModelFacts.patch}.
   * @returns The probability of a mitosis for each patch, 0 to 1, in their order.
   * @throws an error with a `code` (`isProblem`) such as `image_wrong_size`, when a file is not
   * such a PNG. No patch gets a probability then.
   */
  predict(patches: Uint8Array | readonly Uint8Array[], options?: CallOptions): Promise<number[]>;
  /**
   * Finds the mitoses of a field of view.
   *
   * @param field A PNG, JPEG or TIFF file.
   * @throws an error with a `code` (`isProblem`) such as `image_corrupt` or `request_invalid`.
   */
  detect(field: Uint8Array, options?: FieldOptions): Promise<FieldDetections>;
  /**
   * Opens a whole slide: SVS, TIFF, OME-TIFF or DICOM. Browsers cannot.
   *
   * @param location A file, an address, a folder of DICOM files, or several DICOM files of one slide.
   * @throws an error with a `code` such as `image_unsupported`, `file_unreadable` or `scale_missing`.
   */
  openSlide(
    location: string | readonly string[],
    options?: CallOptions & { readonly mpp?: number },
  ): Promise<OpenSlide>;
  /** Frees the network. Calls in progress reject. */
  close(): Promise<void>;
}
