import { Problem } from "../errors.ts";

/**
 * Maximum number of bytes that the JSON of an inference request may have besides the numbers of its tensor.
 * Parsing and checking them takes about a millisecond.
 */
const MAX_REST_BYTES = 16 * 1024;

/** Maximum depth of the arrays in `data`: a tensor of images has four dimensions. */
const MAX_DEPTH = 4;

/** Longest accepted spelling of a number, as `1.000000e2`. */
const MAX_NUMBER_BYTES = 32;

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const ZERO = 0x30;

/** An inference request, separated into the numbers of its tensor and the rest of its JSON. */
export interface SeparatedRequest {
  /** The JSON with `null` in place of `data`. */
  readonly rest: Uint8Array;
  /** The array `inputs[0].data`; undefined when the JSON has none. */
  readonly data: TensorData | undefined;
}

/** A JSON array of integers from 0 to 255, flat or nested. */
export interface TensorData {
  readonly numbers: Uint8Array<ArrayBuffer>;
  /** The lengths of the nested arrays, from the outermost to the innermost. One length if it is flat. */
  readonly lengths: readonly number[];
}

/**
 * Separates the numbers of `inputs[…].data` from the rest of an inference request, in one pass over its
 * bytes. This takes a few milliseconds; `JSON.parse` would block other requests for longer. The rest is
 * small and can be parsed as usual.
 *
 * @throws {Problem} `request_invalid` when the rest is too large, when `data` is not an array of integers
 * from 0 to 255, flat or nested, or when there are two arrays `data`.
 */
export function separateData(json: Uint8Array): SeparatedRequest {
  let depth = 0;
  let topKey = "";
  let data: TensorData | undefined;
  const pieces: Uint8Array[] = [];
  let pieceStart = 0;
  let restBytes = 0;
  let at = 0;

  function endPiece(end: number): void {
    pieces.push(json.subarray(pieceStart, end));
    restBytes += end - pieceStart;
  }

  while (at < json.length) {
    if (restBytes + at - pieceStart > MAX_REST_BYTES) {
      throw invalid(
        `its JSON has more than ${MAX_REST_BYTES} bytes besides the array 'data' of its input`,
      );
    }
    const byte = json[at];
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
    if (byte !== QUOTE) {
      at++;
      continue;
    }
    const end = endOfString(json, at);
    const colon = skipSpace(json, end);
    // Inside of {"inputs": [{ … }]} the depth is 3.
    if (json[colon] === COLON && (depth === 1 || depth === 3)) {
      const key = new TextDecoder().decode(json.subarray(at + 1, Math.min(end - 1, at + 32)));
      if (depth === 1) topKey = key;
      const value = skipSpace(json, colon + 1);
      if (depth === 3 && topKey === "inputs" && key === "data" && json[value] === OPEN_BRACKET) {
        if (data !== undefined) throw invalid("inputs: must be one tensor with one 'data'");
        endPiece(value);
        const read = readNumbers(json, value);
        data = read.data;
        pieces.push(new TextEncoder().encode("null"));
        at = pieceStart = read.end;
        continue;
      }
    }
    at = end;
  }
  endPiece(json.length);
  return { rest: joined(pieces), data };
}

/** Returns the index after the string that begins at `start`. */
function endOfString(json: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return Math.min(json.length, at + 1);
}

function skipSpace(json: Uint8Array, start: number): number {
  let at = start;
  while (isSpace(json[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/**
 * Reads an array of integers from 0 to 255, flat or nested, that begins at `start`.
 *
 * @returns The array, and the index after it.
 * @throws {Problem} `request_invalid` for other values, or if arrays of the same level differ in length.
 */
function readNumbers(json: Uint8Array, start: number): { data: TensorData; end: number } {
  // Each number takes at least two bytes, with the comma or bracket after it.
  const numbers = new Uint8Array(Math.ceil((json.length - start) / 2));
  let count = 0;
  let depth = 0;
  /** How many values each open array has so far, from the outermost on. */
  const open: number[] = [];
  /** The length of the arrays of each level, from the outermost on. */
  const lengths: number[] = [];
  /** The level at which the numbers are; 0 before the first one. */
  let numberDepth = 0;
  let at = start;
  /** The last thing read: an opening bracket, a comma, or a value. */
  let before: "open" | "comma" | "value" = "comma";
  while (at < json.length) {
    const byte = json[at] ?? 0;
    if (isSpace(byte)) {
      at++;
    } else if (byte === OPEN_BRACKET && before !== "value" && depth < MAX_DEPTH) {
      if (depth > 0) open[depth - 1] = (open[depth - 1] ?? 0) + 1;
      open[depth] = 0;
      depth++;
      before = "open";
      at++;
    } else if (byte === CLOSE_BRACKET && before !== "comma") {
      depth--;
      const length = open[depth] ?? 0;
      if ((lengths[depth] ??= length) !== length) throw notPixels();
      before = "value";
      at++;
      if (depth === 0) return { data: { numbers: numbers.slice(0, count), lengths }, end: at };
    } else if (byte === COMMA && before === "value") {
      before = "comma";
      at++;
    } else if (before !== "value") {
      const end = endOfNumber(json, at);
      if ((numberDepth ||= depth) !== depth) throw notPixels();
      open[depth - 1] = (open[depth - 1] ?? 0) + 1;
      numbers[count++] = toPixel(json, at, end);
      before = "value";
      at = end;
    } else {
      throw notPixels();
    }
  }
  throw invalid("its body is not JSON: the array 'data' does not end");
}

/** Returns the index of the first byte that does not belong to the number at `start`. */
function endOfNumber(json: Uint8Array, start: number): number {
  let at = start;
  while (at < json.length && at - start <= MAX_NUMBER_BYTES) {
    const byte = json[at];
    if (byte === COMMA || byte === CLOSE_BRACKET || isSpace(byte)) return at;
    at++;
  }
  throw notPixels();
}

function toPixel(json: Uint8Array, start: number, end: number): number {
  const length = end - start;
  let value = 0;
  let isPlain = length > 0 && length <= 3 && (length === 1 || json[start] !== ZERO);
  for (let at = start; isPlain && at < end; at++) {
    const digit = (json[at] ?? 0) - ZERO;
    isPlain = digit >= 0 && digit <= 9;
    value = 10 * value + digit;
  }
  if (!isPlain) {
    const text = new TextDecoder().decode(json.subarray(start, end));
    value = NUMBER.test(text) ? Number(text) : NaN;
  }
  if (Number.isInteger(value) && value >= 0 && value <= 255) return value;
  throw notPixels();
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = pieces;
  if (first !== undefined && others.length === 0) return first;
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function notPixels(): Problem {
  return invalid("data of an input must be integers from 0 to 255, flat or nested like the shape");
}

/** Returns the problem of an inference request that is not valid. */
export function invalid(what: string): Problem {
  return new Problem("request_invalid", `The inference request is not valid: ${what}.`);
}
