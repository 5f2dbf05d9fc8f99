import type { PictureCache } from "./picture_cache.ts";
import type { Queue } from "./queue.ts";
import type { Store } from "./state.ts";
import type { Viewer } from "./viewer.ts";

/** What every view is given: the state, and the actions that views start. */
export interface App {
  readonly store: Store;
  readonly queue: Queue;
  readonly pictures: PictureCache;
  /** Opens files in their order and queues them. */
  openFiles(files: readonly File[]): void;
  /** Connects to the service again with this API key. */
  setApiKey(key: string): void;
  /** The viewer, while a field is open. */
  viewer: Viewer | undefined;
}
