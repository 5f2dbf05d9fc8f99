/** Labels of a mitosis and of everything else, in small letters, with one space between words. */
const [MITOSIS, OTHER] = [
  [
    "1",
    "true",
    "t",
    "yes",
    "y",
    "mitosis",
    "mitoses",
    "mitotic",
    "mitotic figure",
    "mitotic figures",
  ]
    .concat("mitotic cell", "mitosis figure", "mf", "positive", "pos"),
  [
    "0",
    "false",
    "f",
    "no",
    "n",
    "normal",
    "non mitosis",
    "non mitotic",
    "not mitotic",
    "not mitosis",
  ]
    .concat(
      "nonmitosis",
      "nonmitotic",
      "non mitotic figure",
      "nonmitotic figure",
      "non mitotic cell",
    )
    .concat("no mitosis", "hard negative", "hard negatives", "hard negative imposter", "imposter")
    .concat("imposters", "look alike", "lookalike", "nmf", "negative", "neg", "background"),
].map((words) => new Set(words)) as [Set<string>, Set<string>];

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
