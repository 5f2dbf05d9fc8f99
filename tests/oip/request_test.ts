import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { readInferRequest } from "../../src/oip/request.ts";
import { blockingTime } from "../cpu_time.ts";
import { randomFrom } from "../random.ts";

/** A model for images of 2 x 2 pixels. */
const input = { name: "image", datatype: "UINT8", shape: [-1, 2, 2, 3] } as const;
const tensor = { name: "image", datatype: "UINT8", shape: [1, 2, 2, 3] };
const bytes = (text: string) => new TextEncoder().encode(text);

function read(text: string, jsonLength?: string) {
  return readInferRequest(bytes(text), jsonLength, input, 4);
}

/** Returns the request whose `data` is spelled like this. */
const withData = (data: string, before = "") =>
  `{${before} "inputs" : [ { "name":"image", "shape":[1,2,2,3], "data" : ${data}, "datatype":"UINT8" } ] }`;

Deno.test("data is read as JSON.parse reads it, however it is spelled and nested", () => {
  const numbers = [0, 1, 9, 10, 99, 100, 255, 7, 128, 64, 32, 16];
  const flat = JSON.stringify(numbers);
  const nested = "[[[[0,1,9],[10,99,100]],[[255,7,128],[64,32,16]]]]";
  const spellings = [
    flat,
    nested,
    JSON.stringify(numbers, null, 1),
    "[ 0,1.0,9e0,1E1,99.00,1.0e2 , 255,7,\t128,64,\r\n32,16 ]",
    "[-0,1,9,10,99,100,255,7,128,64,32,16]",
  ];
  for (const spelling of spellings) {
    const text = withData(spelling);
    const parsed: number[] = JSON.parse(text).inputs[0].data.flat(4);
    deepEqual([...read(text).pixels], parsed.map((value) => value + 0), spelling);
  }
  equal(read(withData(flat, '"id": "\\"data\\": [\\\\", ')).id, '"data": [\\');
  deepEqual([...read(JSON.stringify({ inputs: [{ ...tensor, data: numbers }] })).pixels], numbers);
});

Deno.test("whatever is not JSON, or not pixels, is refused", () => {
  const twelve = "1,2,3,4,5,6,7,8,9,10,11,12";
  for (
    const data of [
      "[[],[1,2,3,4,5,6],[7,8,9,10,11,12],[]]",
      "[[1,2,3,4,5,6],[7,8,9,10,11,12]]",
      "[1,2,3,4,5,6,[7,8,9,10,11,12]]",
      `[[${twelve}],[]]`,
      `[${twelve}`,
      `[${twelve},]`,
      `[,${twelve}]`,
      `[1,,2,3,4,5,6,7,8,9,10,11,12]`,
      `[${twelve}]]`,
      `[[[[[${twelve}]]]]]`,
      `[1 2,3,4,5,6,7,8,9,10,11,12]`,
      `[[1,2,3][4,5,6],7,8,9,10,11,12]`,
      `[01,2,3,4,5,6,7,8,9,10,11,12]`,
      `[+1,2,3,4,5,6,7,8,9,10,11,12]`,
      `[1.5,2,3,4,5,6,7,8,9,10,11,12]`,
      `[256,2,3,4,5,6,7,8,9,10,11,12]`,
      `[-1,2,3,4,5,6,7,8,9,10,11,12]`,
      `["1",2,3,4,5,6,7,8,9,10,11,12]`,
      `[null,2,3,4,5,6,7,8,9,10,11,12]`,
      `[${"0".repeat(40)},2,3,4,5,6,7,8,9,10,11,12]`,
      `[${twelve},13]`,
      "[1,2]",
      "[]",
      "{}",
      "5",
      "null",
      '"[1,2]"',
    ]
  ) {
    throws(() => read(withData(data)), { code: "request_invalid" }, data);
  }
  const good = JSON.stringify({ ...tensor, data: JSON.parse(`[${twelve}]`) });
  const withoutData = JSON.stringify(tensor);
  for (
    const text of [
      `{"inputs":[${good}],"inputs":[${withoutData}]}`,
      `{"inputs":[${good},${good}]}`,
      `{"outputs":[${good}],"inputs":[${withoutData}]}`,
      `{"inputs":[${good}]`,
      `{"inputs":[${good}]}}`,
      `"inputs":[${good}]`,
      "",
      "[]",
    ]
  ) {
    throws(() => read(text), { code: "request_invalid" }, text);
  }
});

Deno.test("mutated requests are read as JSON.parse reads them, or refused", () => {
  const random = randomFrom(19);
  const numbers = Array.from({ length: 12 }, (_, i) => i * 20);
  const seed = bytes(JSON.stringify({ id: "x", inputs: [{ ...tensor, data: numbers }] }));
  let read_ = 0;
  for (let round = 0; round < 20_000; round++) {
    const mutant = seed.slice();
    const alphabet = bytes('{}[],:"\\ 0129.-eE');
    for (let n = 0; n <= random(3); n++) {
      mutant[random(mutant.length)] = alphabet[random(alphabet.length)] ?? 0;
    }
    let pixels: number[];
    try {
      pixels = [...readInferRequest(mutant, undefined, input, 4).pixels];
    } catch {
      continue;
    }
    read_++;
    const parsed = JSON.parse(new TextDecoder().decode(mutant));
    deepEqual(pixels, parsed.inputs[0].data.flat(4).map((value: number) => value + 0));
  }
  ok(read_ > 100, `${read_} were read`);
});

Deno.test("without JSON, the body is the tensor", () => {
  const pixels = Uint8Array.from({ length: 24 }, (_, i) => i);
  const read = (body: Uint8Array<ArrayBuffer>) => readInferRequest(body, "0", input, 2);
  deepEqual([read(pixels).count, [...read(pixels).pixels]], [2, [...pixels]]);
  throws(() => read(pixels.slice(1)), { code: "request_invalid", message: /23 bytes.*12 bytes/ });
  throws(() => read(new Uint8Array(0)), { code: "request_invalid" });
  throws(() => read(new Uint8Array(36)), { code: "too_many_images" });
});

/** Requests whose parsing took seconds. */
const hostile: Readonly<Record<string, () => string>> = {
  "4 MB of nested arrays": () => "[".repeat(2 ** 22),
  "4 MB of nested arrays in data": () => withData("[".repeat(2 ** 21) + "]".repeat(2 ** 21)),
  "4 MB of nested objects": () => '{"a":'.repeat(800_000),
  "a million arrays beside data": () => `{"x":[${"[],".repeat(1e6)}[]]}`,
  "300,000 parameters": () => {
    const parameters = Array.from({ length: 300_000 }, (_, i) => `"k${i}":0`).join(",");
    return withData("[1]", `"parameters":{${parameters}},`);
  },
  "a string of 4 MB": () => `{"id":"${"a".repeat(2 ** 22)}"}`,
  "4 MB of backslashes": () => `{"id":"${"\\".repeat(2 ** 22)}`,
  "16 KB of parameters": () => {
    const parameters = Array.from({ length: 1500 }, (_, i) => `"${i}":0`).join(",");
    return withData("[1]", `"parameters":{${parameters}},`);
  },
  "16 KB of nested arrays": () => `{"x":${"[".repeat(8000)}${"]".repeat(8000)}}`,
  "a million empty arrays in data": () => withData(`[${"[],".repeat(1e6)}[]]`),
};

for (const [what, text] of Object.entries(hostile)) {
  Deno.test(`${what} do not block the thread`, () => {
    const body = bytes(text());
    const milliseconds = blockingTime(() =>
      throws(() => readInferRequest(body, undefined, input, 4), { code: "request_invalid" })
    );
    ok(milliseconds < 100, `${milliseconds} ms`);
  });
}

Deno.test("the numbers of 80 patches are read in less than 100 ms", () => {
  const model = { name: "image", datatype: "UINT8", shape: [-1, 64, 64, 3] } as const;
  const patch = Array.from(
    { length: 64 },
    (_, y) => Array.from({ length: 64 }, (_, x) => [x, y, 200]),
  );
  const data = Array.from({ length: 80 }, () => patch);
  const json = { inputs: [{ ...tensor, shape: [80, 64, 64, 3], data }] };
  const body = bytes(JSON.stringify(json));
  const milliseconds = blockingTime(() => {
    equal(readInferRequest(body, undefined, model, 256).count, 80);
  });
  ok(milliseconds < 100, `${milliseconds} ms`);
});
