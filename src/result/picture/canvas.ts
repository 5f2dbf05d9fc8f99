import { encode } from "fast-png";
import type { RgbImage } from "../../image/rgb_image.ts";
import type { Color } from "./colors.ts";
import { GLYPH_HEIGHT, GLYPH_WIDTH, glyphDot } from "./glyphs.ts";

/** A picture to draw on. The part of a drawing beyond its border is cut off. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** uint8 `[height, width, 3]`. */
  readonly data: Uint8Array;
}

/**
 * Maximum number of pixels of a canvas. Larger pictures are shrunk to a half, a third, and so on.
 */
const MAX_PIXELS = 16e6;

/**
 * Copies a picture, to draw on the copy. Shrinks the copy if it has more pixels than
 * {@linkcode MAX_PIXELS}.
 *
 * @returns The canvas, and `shrink`, the number of pixels of the picture per pixel of the canvas
 * across and down: 1, 2, 3, …
 */
export function canvasOf(image: RgbImage): { canvas: Canvas; shrink: number } {
  const shrink = Math.ceil(Math.sqrt(image.width * image.height / MAX_PIXELS));
  if (shrink === 1) return { canvas: { ...image, data: image.data.slice() }, shrink };
  const width = Math.max(1, Math.floor(image.width / shrink));
  const height = Math.max(1, Math.floor(image.height / shrink));
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let dy = 0; dy < shrink; dy++) {
          for (let dx = 0; dx < shrink; dx++) {
            const from = ((y * shrink + dy) * image.width + x * shrink + dx) * 3 + c;
            sum += image.data[from] ?? 255;
          }
        }
        data[(y * width + x) * 3 + c] = Math.round(sum / (shrink * shrink));
      }
    }
  }
  return { canvas: { width, height, data }, shrink };
}

/** Fills a rectangle, `across` pixels wide and `down` pixels high. */
export function fill(
  { width, height, data }: Canvas,
  left: number,
  top: number,
  across: number,
  down: number,
  color: Color,
): void {
  const right = Math.min(width, Math.round(left + across));
  const bottom = Math.min(height, Math.round(top + down));
  for (let y = Math.max(0, Math.round(top)); y < bottom; y++) {
    for (let x = Math.max(0, Math.round(left)); x < right; x++) {
      data.set(color, (y * width + x) * 3);
    }
  }
}

/**
 * Draws the outline of a rectangle. The line is `line` pixels wide and lies inside the rectangle.
 */
export function drawFrame(
  canvas: Canvas,
  left: number,
  top: number,
  across: number,
  down: number,
  line: number,
  color: Color,
): void {
  fill(canvas, left, top, across, line, color);
  fill(canvas, left, top + down - line, across, line, color);
  fill(canvas, left, top, line, down, color);
  fill(canvas, left + across - line, top, line, down, color);
}

/**
 * Writes one line of text in white on a black box. Moves the text into the canvas if it would lie
 * partly outside.
 *
 * @param dot Side of a dot of the letters, in pixels.
 */
export function write(canvas: Canvas, text: string, left: number, top: number, dot: number): void {
  const x = Math.max(0, Math.min(left, canvas.width - textWidth(text, dot)));
  const y = Math.max(0, Math.min(top, canvas.height - textHeight(dot)));
  fill(canvas, x, y, textWidth(text, dot), textHeight(dot), [0, 0, 0]);
  [...text].forEach((letter, i) => {
    for (let row = 0; row < GLYPH_HEIGHT; row++) {
      for (let column = 0; column < GLYPH_WIDTH; column++) {
        if (!glyphDot(letter, column, row)) continue;
        const across = x + (1 + i * (GLYPH_WIDTH + 1) + column) * dot;
        fill(canvas, across, y + (1 + row) * dot, dot, dot, [255, 255, 255]);
      }
    }
  });
}

/** Writes lines of text one below the other, beginning in the upper left corner of the canvas. */
export function writeLines(canvas: Canvas, lines: readonly string[], dot: number): void {
  lines.forEach((line, i) => write(canvas, line, 0, i * textHeight(dot), dot));
}

/** Chooses the side of a dot of the letters, in pixels, to suit the size of a canvas. */
export function dotSize({ width, height }: Canvas): number {
  return Math.max(2, Math.round(Math.max(width, height) / 700));
}

/** Returns the width of a line of text and its black box, in pixels. */
export function textWidth(text: string, dot: number): number {
  return ([...text].length * (GLYPH_WIDTH + 1) + 1) * dot;
}

/** Returns the height of a line of text and its black box, in pixels. */
export function textHeight(dot: number): number {
  return (GLYPH_HEIGHT + 2) * dot;
}

/** Encodes the canvas as a PNG file. */
export function toPng({ width, height, data }: Canvas): Uint8Array {
  return encode({ width, height, data, channels: 3, depth: 8 });
}
