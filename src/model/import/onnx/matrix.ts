import { type Constant, floats } from "./graph.ts";

/**
 * Concatenates row-major matrices of `rows` rows side by side, `[A B …]`, and returns them as the
 * kernel of a 1 x 1 convolution, `[rows, columns, 1, 1]`.
 */
export function concatenateColumns(rows: number, ...parts: readonly Float64Array[]): Constant {
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

/**
 * Returns the columns `from` (inclusive) to `to` (exclusive) of a row-major matrix of `rows` rows.
 */
export function columnsOf(matrix: Float64Array, rows: number, from: number, to: number) {
  const columns = matrix.length / rows;
  const part = new Float64Array(rows * (to - from));
  for (let row = 0; row < rows; row++) {
    part.set(matrix.subarray(row * columns + from, row * columns + to), row * (to - from));
  }
  return part;
}

/** Returns the matrix product `a b`, where `a` has `rows` rows and `inner` columns. */
export function multiply(a: Float64Array, b: Float64Array, rows: number, inner: number) {
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

/**
 * Transposes a kernel from Keras' order, `[rows, columns, in, out]`, to ONNX's order,
 * `[out, in, rows, columns]`.
 */
export function toOnnxKernel({ dims, data }: { dims: readonly number[]; data: Float64Array }) {
  const [rows = 0, columns = 0, inputs = 0, outputs = 0] = dims;
  const positions = rows * columns;
  return Float64Array.from({ length: data.length }, (_, at) => {
    const position = at % positions;
    const input = Math.floor(at / positions) % inputs;
    const output = Math.floor(at / positions / inputs);
    return data[(position * inputs + input) * outputs + output] ?? NaN;
  });
}
