import type { Analysis } from "./analysis.ts";
import type { Pictures } from "./pictures.ts";
import type { Store } from "./state.ts";
import type { Viewer } from "./viewer.ts";

/** What the views work with. */
export interface App {
  readonly store: Store;
  readonly analysis: Analysis;
  readonly pictures: Pictures;
  /** Takes files in, in their order. */
  take(files: readonly File[]): void;
  /** Asks the service again, with this API key. */
  unlock(key: string): void;
  /** The viewer, while a field is open. */
  viewer: Viewer | undefined;
}
