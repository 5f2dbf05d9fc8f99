import type { PictureCache } from "./picture_cache.ts";
import type { Queue } from "./queue.ts";
import type { Store } from "./state.ts";
import type { Viewer } from "./viewer.ts";

/** What every view receives: the state of the page, and the functions through which a view acts. */
export interface App {
  readonly store: Store;
  readonly queue: Queue;
  readonly pictures: PictureCache;
  /** Opens files one after another and queues each for its analysis. */
  openFiles(files: readonly File[]): void;
  /** Asks the service for its model again. */
  retry(): void;
  /** Sets the API key of later requests, and asks the service for its model again. */
  setApiKey(key: string): void;
  /** The viewer of fields; undefined unless a field is shown and the viewer is loaded. */
  viewer: Viewer | undefined;
}
