import { mutate, type Random } from "./mutate.ts";

/** A value of JSON. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Values at which a reader of JSON may go wrong. */
const VALUES: readonly (() => Json)[] = [
  () => null,
  () => true,
  () => 0,
  () => -1,
  () => 0.5,
  () => 255.5,
  () => 256,
  () => 2 ** 31,
  () => 2 ** 53,
  () => 1e308,
  () => "",
  () => "64",
  () => "UINT8",
  () => "FP32",
  () => "BYTES",
  () => "\u0000\ud800",
  () => "x".repeat(5000),
  () => [],
  () => ({}),
  () => [[[[[]]]]],
  () => [1, 64, 64, 3],
  () => [0, 64, 64, 3],
  () => [1, 64, 64, 4],
  () => [2 ** 31, 2 ** 31],
  () => Array(300).fill(0),
];

/** Keys of the protocol, and ones that mean something to JavaScript. */
const KEYS = [
  ...["id", "parameters", "inputs", "outputs", "name", "datatype", "shape", "data", "contents"],
  ...["binary_data", "binary_data_size", "binary_data_output", "classification", "priority"],
  ...["__proto__", "constructor", "toString", "", "length"],
];

/**
 * Returns JSON text in which up to four nodes of a value are replaced, removed, repeated or renamed. One
 * text in five is changed blindly too, and some repeat a key, which JSON.stringify cannot.
 *
 * @param random Returns a whole number from 0 to `below` - 1.
 */
export function mutatedJson(original: Json, random: Random): Uint8Array<ArrayBuffer> {
  const root = { root: structuredClone(original) };
  for (let changes = 1 + random(4); changes > 0; changes--) change(root, random);
  let text = JSON.stringify(root.root) ?? "";
  if (random(10) === 0) text = text.replace("{", `{"${KEYS[random(KEYS.length)]}":1,`);
  if (random(20) === 0) text = `${["\ufeff", " ".repeat(3000), "/**/"][random(3)]}${text}`;
  const bytes = new TextEncoder().encode(text);
  return random(5) === 0 && bytes.length > 0 ? mutate(bytes, random) : bytes;
}

/** Changes one random child below `parent`, more often a deep one. */
function change(parent: Json[] | { [key: string]: Json }, random: Random): void {
  const keys = Object.keys(parent);
  const key = keys[random(keys.length || 1)];
  if (key === undefined) return;
  const holder = parent as Record<string, Json>;
  const child = holder[key];
  if (typeof child === "object" && child !== null && random(5) !== 0) return change(child, random);
  switch (random(6)) {
    case 0:
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else if (key !== "root") delete parent[key];
      return;
    case 1:
      if (Array.isArray(parent) && child !== undefined) parent.push(structuredClone(child));
      else {Object.defineProperty(
          holder,
          KEYS[random(KEYS.length)] ?? "",
          ownProperty(child ?? null),
        );}
      return;
    case 2:
      Object.defineProperty(holder, key, ownProperty([child ?? null]));
      return;
    default:
      Object.defineProperty(holder, key, ownProperty(VALUES[random(VALUES.length)]?.() ?? null));
  }
}

/** Defines also `__proto__` as a property of its own. */
function ownProperty(value: Json): PropertyDescriptor {
  return { value, enumerable: true, configurable: true, writable: true };
}
