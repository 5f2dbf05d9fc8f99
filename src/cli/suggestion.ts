import { closest, distance } from "fastest-levenshtein";

/**
 * Returns " Did you mean …?" with the known word that is most like the typed one. Returns "" if no known
 * word is close: up to two letters may differ, or up to a third of the typed letters if that is more.
 *
 * @example
 * ```ts
 * import { suggestion } from "./suggestion.ts";
 * import { equal } from "node:assert/strict";
 *
 * equal(suggestion("--prot", ["--port", "--host"]), " Did you mean '--port'?");
 * equal(suggestion("--color", ["--port", "--host"]), "");
 * ```
 */
export function suggestion(typed: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const best = closest(typed, known);
  const letters = typed.replace(/^-+/, "").length;
  const isLike = distance(typed, best) <= Math.max(2, Math.floor(letters / 3));
  return isLike ? ` Did you mean '${best}'?` : "";
}
