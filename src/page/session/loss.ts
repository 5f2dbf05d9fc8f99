/// <reference lib="dom" />
import type { Store } from "../state.ts";

/**
 * Makes the browser ask before the page is left, while a search runs or after decisions that no saved
 * session has. The decisions themselves are kept in the browser; what would be lost is the opened pictures
 * and their results.
 */
export function warnBeforeLoss({ state }: Store): void {
  globalThis.addEventListener("beforeunload", (event) => {
    const isSearching = state.fields.some(({ search }) => search.status === "searching");
    if (state.isUnsaved || isSearching) event.preventDefault();
  });
}
