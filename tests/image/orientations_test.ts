import { deepEqual, equal } from "node:assert/strict";
import { ORIENTATIONS, oriented } from "../../src/image/orientations.ts";

/** Makes a window whose red samples are the letters' codes; green and blue are 1 and 2 more. */
function windowOf(letters: string): number[] {
  return [...letters.replaceAll(" ", "")].flatMap((letter) => {
    const code = letter.charCodeAt(0);
    return [code, code + 1, code + 2];
  });
}

/** The eight orientations of abc above def above ghi, turned and mirrored by hand. */
const EXPECTED = [
  "abc def ghi",
  "gda heb ifc", // turned clockwise by 90 degrees
  "ihg fed cba", // by 180 degrees
  "cfi beh adg", // by 270 degrees
  "cba fed ihg", // mirrored left to right
  "adg beh cfi", // mirrored, then turned clockwise by 90 degrees
  "ghi def abc", // by 180 degrees
  "ifc heb gda", // by 270 degrees
] as const;

Deno.test("the eight orientations of a window are its rotations and reflections, each once", () => {
  equal(ORIENTATIONS, EXPECTED.length);
  const window = new Uint8Array(windowOf(EXPECTED[0]));
  EXPECTED.forEach((letters, orientation) => {
    deepEqual(
      [...oriented(window, 3, orientation)],
      windowOf(letters),
      `orientation ${orientation}`,
    );
  });
});

Deno.test("each of several windows is turned by itself", () => {
  const windows = new Uint8Array([...windowOf("abcd"), ...windowOf("wxyz")]);
  deepEqual([...oriented(windows, 2, 1)], [...windowOf("cadb"), ...windowOf("ywzx")]);
});

Deno.test("four quarter turns, and two reflections, give the window back", () => {
  const window: Uint8Array = new Uint8Array(windowOf("abcd efgh ijkl mnop"));
  const turned = [1, 1, 1, 1].reduce((from, orientation) => oriented(from, 4, orientation), window);
  deepEqual(turned, window);
  deepEqual(oriented(oriented(window, 4, 4), 4, 4), window);
});
