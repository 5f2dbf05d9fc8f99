/** Labels of a mitosis, in small letters, with one space between words. */
const MITOSIS = new Set([
  ...["1", "true", "t", "yes", "y", "positive", "pos", "mf"],
  ...["mitosis", "mitoses", "mitotic", "mitotic figure", "mitotic figures", "mitotic cell"],
  // TRUE as Excel writes it in German, French, Spanish and Italian.
  ...["wahr", "vrai", "verdadero", "vero"],
]);

/** Labels of everything else. */
const OTHER = new Set([
  ...["0", "false", "f", "no", "n", "negative", "neg", "nmf", "normal", "background"],
  ...["non mitosis", "non mitotic", "non mitotic figure", "non mitotic cell", "no mitosis"],
  ...["nonmitosis", "nonmitotic", "nonmitotic figure", "not mitosis", "not mitotic"],
  ...["hard negative", "hard negatives", "hard negative imposter", "imposter", "look alike"],
  ...["falsch", "faux", "falso"],
]);

/** The labels that are accepted, for messages. */
export const ACCEPTED_LABELS =
  "1, true, mitosis or mitotic figure for a mitosis; 0, false, normal, " +
  "non-mitotic or hard negative for none";

/**
 * Returns whether a label means a mitosis, or undefined if it is not known. Case, spaces, `-` and `_` do not
 * matter, and a number may have decimals that are 0.
 *
 * @example
 * ```ts
 * import { readLabel } from "./label.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * deepEqual(
 *   ["1.0", "TRUE", "Mitotic_Figure", "0,0", "hard-negative", "2", "NA"].map(readLabel),
 *   [true, true, true, false, false, undefined, undefined],
 * );
 * ```
 */
export function readLabel(typed: string): boolean | undefined {
  const label = typed.trim().toLowerCase().replaceAll(/[\s_-]+/g, " ")
    .replace(/^([01])[.,]0*$/, "$1").replace(/^([01])(\.0+)?e[+ ]?0+$/, "$1");
  if (MITOSIS.has(label)) return true;
  if (OTHER.has(label)) return false;
  return undefined;
}
