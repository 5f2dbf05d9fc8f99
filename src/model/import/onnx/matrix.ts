import { type Constant, floats } from "./graph.ts";

/** The 1 x 1 kernel `[A B …]` of several matrices with `rows` rows each, row-major. */
export function sideBySide(rows: number, ...parts: readonly Float64Array[]): Constant {
  const widths = parts.map((part) => part.length / rows);
  const columns = widths.reduce((sum, width) => sum + width, 0);
  const data = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    let at = row * columns;
    for (const [i, part] of parts.entries()) {
      const width = widths[i] ?? 0;
      data.set(part.subarray(row * width, (row + 1) * width), at);
      at += width;
    }
  }
  return floats([rows, columns, 1, 1], data);
}

/** Columns `from` to `to` of a row-major matrix. */
export function columnsOf(matrix: Float64Array, rows: number, from: number, to: number) {
  const columns = matrix.length / rows;
  const part = new Float64Array(rows * (to - from));
  for (let row = 0; row < rows; row++) {
    part.set(matrix.subarray(row * columns + from, row * columns + to), row * (to - from));
  }
  return part;
}

/** `a b`, where `a` has `rows` rows and `inner` columns. */
export function product(a: Float64Array, b: Float64Array, rows: number, inner: number) {
  const columns = b.length / inner;
  return Float64Array.from({ length: rows * columns }, (_, at) => {
    const row = Math.floor(at / columns);
    let sum = 0;
    for (let i = 0; i < inner; i++) {
      sum += (a[row * inner + i] ?? NaN) * (b[i * columns + at % columns] ?? NaN);
    }
    return sum;
  });
}

/** Keras' `[rows, columns, in, out]` in the order of ONNX, `[out, in, rows, columns]`. */
export function outputsFirst({ dims, data }: { dims: readonly number[]; data: Float64Array }) {
  const [rows = 0, columns = 0, inputs = 0, outputs = 0] = dims;
  const places = rows * columns;
  return Float64Array.from({ length: data.length }, (_, at) => {
    const place = at % places;
    const input = Math.floor(at / places) % inputs;
    const output = Math.floor(at / places / inputs);
    return data[(place * inputs + input) * outputs + output] ?? NaN;
  });
}
