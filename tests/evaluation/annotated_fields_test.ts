import { deepEqual, match, rejects } from "node:assert/strict";
import { readAnnotatedFields } from "../../src/evaluation/annotated_fields.ts";

/** Writes files into a new folder, reads one of them as annotations, and removes the folder. */
async function read(files: Readonly<Record<string, unknown>>, name = "annotations.json") {
  const folder = await Deno.makeTempDir();
  try {
    for (const [file, content] of Object.entries(files)) {
      const text = typeof content === "string" ? content : JSON.stringify(content);
      await Deno.writeTextFile(`${folder}/${file}`, text);
    }
    const { fields, ...others } = await readAnnotatedFields(`${folder}/${name}`);
    const short = fields.map(({ path, mitoses }) => [path.slice(folder.length + 1), mitoses]);
    return { fields: short, ...others };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const images = [
  { id: 1, file_name: "a.png", width: 1000, height: 800 },
  { id: 2, file_name: "b.png", width: 1000, height: 800 },
];
const categories = [{ id: 1, name: "mitotic figure" }, { id: 2, name: "hard negative" }];
const pictures = { "a.png": "", "b.png": "" };

Deno.test("COCO's boxes have their size at the end; a picture without a box is a field", async () => {
  const annotations = [
    { id: 1, image_id: 1, category_id: 1, bbox: [600, 300, 50, 40], area: 2000 },
    { id: 2, image_id: 1, category_id: 2, bbox: [10, 20, 50, 50], area: 2500 },
  ];
  const { fields, notes } = await read({
    ...pictures,
    "annotations.json": { images, annotations, categories },
  });
  deepEqual(notes, ["Images without any annotation, taken for fields without a mitosis: 1."]);
  deepEqual(fields, [["a.png", [{ x: 625, y: 320 }]], ["b.png", []]]);
});

Deno.test("MIDOG's boxes have their lower right corner at the end", async () => {
  const annotations = [
    { image_id: 1, category_id: 1, bbox: [600, 300, 650, 350] },
    { image_id: 2, category_id: 1, bbox: [970, 20, 1020, 70] },
    { image_id: 2, category_id: 2, bbox: [10, -20, 60, 30] },
  ];
  const midog = { info: {}, licenses: [], images, annotations, categories };
  const { fields } = await read({ ...pictures, "MIDOG.json": midog }, "MIDOG.json");
  deepEqual(fields, [["a.png", [{ x: 625, y: 325 }]], ["b.png", [{ x: 995, y: 45 }]]]);
});

Deno.test("where boxes could be of both kinds, their common size decides, or they are refused", async () => {
  const boxes = (...all: number[][]) => all.map((bbox) => ({ image_id: 1, category_id: 1, bbox }));
  const wide = [{ id: 1, file_name: "a.png" }];
  const coco = (annotations: unknown) => ({ images: wide, annotations, categories });
  const two = boxes([10, 20, 60, 70], [100, 30, 150, 80]);
  const { fields } = await read({ ...pictures, "annotations.json": coco(two) });
  deepEqual(fields, [["a.png", [{ x: 35, y: 45 }, { x: 125, y: 55 }]]]);
  const one = boxes([10, 20, 60, 70]);
  await rejects(read({ ...pictures, "annotations.json": coco(one) }), /may be .*COCO or .*MIDOG/);
});

Deno.test("QuPath's points and outlines are read, and objects of other classes left out", async () => {
  const feature = (geometry: unknown, classification: unknown) => ({
    type: "Feature",
    id: "6dd6c2f1-0b5f-4b46-9d5f-6ef8f5a3c0f1",
    geometry,
    properties: {
      objectType: "annotation",
      ...(classification === null ? {} : { classification }),
    },
  });
  const square = [[[10, 20], [30, 20], [30, 40], [10, 40], [10, 20]]];
  const features = [
    feature({ type: "Point", coordinates: [1.5, 2.5] }, { name: "Mitosis", color: [1, 2, 3] }),
    feature({ type: "MultiPoint", coordinates: [[5, 6], [7, 8]] }, { names: ["Mitosis", "early"] }),
    feature({ type: "Polygon", coordinates: square }, { name: "Mitosis: atypical" }),
    feature({ type: "Polygon", coordinates: square }, { name: "Tumor" }),
  ];
  const mitoses = [{ x: 1.5, y: 2.5 }, { x: 5, y: 6 }, { x: 7, y: 8 }, { x: 20, y: 30 }];
  const collection = { type: "FeatureCollection", features };
  const { fields, bad, notes } = await read({
    ...pictures,
    "c.tif": "",
    "a.geojson": collection,
    "b.png.geojson": features,
    "lost.geojson": collection,
  }, "");
  deepEqual(fields, [["a.png", mitoses], ["b.png", mitoses]]);
  deepEqual(bad.map(({ reason }) => reason), ["there is no image of the same name beside it"]);
  match(notes.join(), /Images without a GeoJSON, left out: 1/);
  const single = await read({ ...pictures, "a.geojson": collection }, "a.geojson");
  deepEqual(single.fields, [["a.png", mitoses]]);
  const unclassified = [feature({ type: "Point", coordinates: [1, 2] }, null)];
  await rejects(
    read({ ...pictures, "a.geojson": unclassified }, "a.geojson"),
    /1 of its 1 objects have no class; give mitoses the class Mitosis/,
  );
});

Deno.test("annotations that are none of these are refused with the reason", async () => {
  const cases: readonly (readonly [unknown, RegExp])[] = [
    ["[{", /it is not valid JSON/],
    [{ shapes: [] }, /images/],
    [[{ file: "a.png" }], /0\.mitoses/],
    [
      { images, annotations: [], categories: [{ id: 1, name: "nucleus" }] },
      /none of its categories means a mitosis: 'nucleus'/,
    ],
  ];
  for (const [content, reason] of cases) {
    await rejects(read({ ...pictures, "annotations.json": content }), reason);
  }
});

Deno.test("an image that is missing is named, and the others are read", async () => {
  const list = [{ file: "a.png", mitoses: [{ x: 1, y: 2 }] }, { file: "no.png", mitoses: [] }];
  const { fields, bad } = await read({ ...pictures, "annotations.json": list });
  deepEqual(fields, [["a.png", [{ x: 1, y: 2 }]]]);
  deepEqual(bad, [{ name: "no.png", reason: "there is no such file" }]);
});
