import { ok } from "node:assert/strict";
import { GLYPH_HEIGHT, GLYPH_WIDTH, glyphDot } from "../../src/result/picture/glyphs.ts";

Deno.test("every letter that is written on a picture has a glyph", () => {
  const words = "12 mitoses, 1 mitosis, 45.78 / mm² 3690 µm for research use only " +
    "red most probable, yellow less µm/px (assumed) (request; the file states 0.5)";
  for (const letter of new Set(words.replaceAll(" ", ""))) {
    let dots = 0;
    for (let row = 0; row < GLYPH_HEIGHT; row++) {
      for (let column = 0; column < GLYPH_WIDTH; column++) {
        if (glyphDot(letter, column, row)) dots++;
      }
    }
    ok(dots > 0, `'${letter}' is blank`);
  }
});
