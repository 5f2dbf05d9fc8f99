/**
 * The letters that occur on pictures, in 5 x 7 dots. Each has seven numbers, one for each row from
 * top to bottom. The five bits of a number are the dots of the row; the highest bit is the leftmost.
 */
const GLYPHS: Record<string, readonly number[]> = {
  "0": [14, 17, 19, 21, 25, 17, 14],
  "1": [4, 12, 4, 4, 4, 4, 14],
  "2": [14, 17, 1, 2, 4, 8, 31],
  "3": [31, 2, 4, 2, 1, 17, 14],
  "4": [2, 6, 10, 18, 31, 2, 2],
  "5": [31, 16, 30, 1, 1, 17, 14],
  "6": [6, 8, 16, 30, 17, 17, 14],
  "7": [31, 1, 2, 4, 8, 8, 8],
  "8": [14, 17, 17, 14, 17, 17, 14],
  "9": [14, 17, 17, 15, 1, 2, 12],
  ".": [0, 0, 0, 0, 0, 12, 12],
  ",": [0, 0, 0, 0, 12, 4, 8],
  "/": [0, 1, 2, 4, 8, 16, 0],
  "²": [12, 2, 4, 14, 0, 0, 0],
  "µ": [0, 0, 17, 17, 19, 29, 16],
  "(": [2, 4, 8, 8, 8, 4, 2],
  ")": [8, 4, 2, 2, 2, 4, 8],
  ";": [0, 12, 12, 0, 12, 4, 8],
  "a": [0, 0, 14, 1, 15, 17, 15],
  "b": [16, 16, 22, 25, 17, 17, 30],
  "c": [0, 0, 14, 16, 16, 17, 14],
  "d": [1, 1, 13, 19, 17, 17, 15],
  "e": [0, 0, 14, 17, 31, 16, 14],
  "f": [6, 9, 8, 28, 8, 8, 8],
  "g": [0, 15, 17, 17, 15, 1, 14],
  "h": [16, 16, 22, 25, 17, 17, 17],
  "i": [4, 0, 12, 4, 4, 4, 14],
  "l": [12, 4, 4, 4, 4, 4, 14],
  "m": [0, 0, 26, 21, 21, 17, 17],
  "n": [0, 0, 22, 25, 17, 17, 17],
  "o": [0, 0, 14, 17, 17, 17, 14],
  "p": [0, 0, 30, 17, 30, 16, 16],
  "q": [0, 0, 13, 19, 15, 1, 1],
  "r": [0, 0, 22, 25, 16, 16, 16],
  "s": [0, 0, 14, 16, 14, 1, 30],
  "t": [8, 8, 28, 8, 8, 9, 6],
  "u": [0, 0, 17, 17, 17, 19, 13],
  "w": [0, 0, 17, 17, 21, 21, 10],
  "x": [0, 0, 17, 10, 4, 10, 17],
  "y": [0, 0, 17, 17, 15, 1, 14],
};

const BLANK = [0, 0, 0, 0, 0, 0, 0] as const;

/** Width of a letter in dots, without the gap to the next one. */
export const GLYPH_WIDTH = 5;

/** Height of a letter in dots, without the gap to the next line. */
export const GLYPH_HEIGHT = 7;

/** Returns whether a dot of a letter is set. A letter that is not in the table is blank. */
export function glyphDot(letter: string, column: number, row: number): boolean {
  const bits = (GLYPHS[letter] ?? BLANK)[row] ?? 0;
  return ((bits >> (GLYPH_WIDTH - 1 - column)) & 1) === 1;
}
