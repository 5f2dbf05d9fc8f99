import { deepEqual, equal, match, ok } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { dirname } from "node:path";
import pngjs from "npm:pngjs@7.0.0";
import { pythonTest, sharedPythonTest } from "../optional.ts";
import { shared } from "../optional.ts";
import { startService, type TestService } from "../service.ts";
import { APERIO, drawnPage, drawnRegion, drawnSlide } from "../slide/drawn_slide.ts";
import { meanDifference, readWithOpenSlide } from "../slide/python.ts";
import { tiffOf } from "../tiff_writer.ts";

/** `printf %s case/a.svs | sha256sum | cut -c1-24` */
const A = "0d00a814458d2f5f1add2dde";

/** Starts a service over a folder of slides, which is removed in the end. */
async function withSlides(
  files: Readonly<Record<string, Uint8Array | string>>,
  run: (service: TestService, folder: string) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  const top = await Deno.makeTempDir();
  const folder = `${top}/slides`;
  try {
    await Deno.mkdir(folder);
    for (const [path, content] of Object.entries(files)) {
      await Deno.mkdir(dirname(`${folder}/${path}`), { recursive: true });
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(`${folder}/${path}`, bytes);
    }
    await using service = await startService({ SLIDES_DIR: folder, ...env });
    await run(service, folder);
    deepEqual(service.reported, []);
    ok(!service.logged.join("\n").includes("svs"), "the log names a file");
  } finally {
    await Deno.remove(top, { recursive: true });
  }
}

async function get(service: TestService, path: string) {
  const response = await service.request(path);
  return { status: response.status, body: await response.json() };
}

/** Reads a PNG with a decoder that the service does not use. */
async function pngOf(service: TestService, path: string) {
  const response = await service.request(path);
  equal(response.status, 200, path);
  equal(response.headers.get("content-type"), "image/png");
  const { width, height, data } = pngjs.PNG.sync.read(
    Buffer.from(await response.arrayBuffer()),
  );
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) rgb.set(data.subarray(i * 4, i * 4 + 3), i * 3);
  return { width, height, rgb };
}

const label = { 270: "Aperio Image Library v12.0.0 \r\nlabel 256x128 patient 4711" };

Deno.test("slides are listed by ids in the order of their paths, broken ones with their problem", async () => {
  const files = {
    "case/a.svs": drawnSlide(),
    "case/.hidden.svs": drawnSlide(),
    "case/notes.txt": "a",
    "broken.svs": "hello",
    "z/empty.tif": "",
  };
  await withSlides(files, async (service, folder) => {
    await Deno.writeTextFile(`${folder}/../secret.svs`, "secret");
    await Deno.symlink("../secret.svs", `${folder}/leads-out.svs`);
    await Deno.symlink("case/a.svs", `${folder}/stays.svs`);
    await Deno.symlink("..", `${folder}/up`);
    const { status, body } = await get(service, "/slides");
    equal(status, 200);
    deepEqual(
      body.slides.map((
        { width, problem }: { width?: number; problem?: { code: string } },
      ) => problem?.code ?? width),
      ["image_unsupported", 500, "slide_not_allowed", 500, "image_empty"],
    );
    equal(body.total, 5);
    equal("next" in body, false);
    const { bytes, ...a } = body.slides[1];
    deepEqual(a, {
      id: A,
      width: 500,
      height: 300,
      mpp: 0.25,
      format: "Aperio SVS, uncompressed",
    });
    equal(bytes, files["case/a.svs"].length);
    const text = JSON.stringify(body);
    ok(!/case|broken|leads-out|stays|secret|empty\.tif|tmp/.test(text), text);

    const first = (await get(service, "/slides?limit=2")).body;
    deepEqual(first.slides, body.slides.slice(0, 2));
    equal(first.next, A);
    const rest = (await get(service, `/slides?limit=3&after=${first.next}`)).body;
    deepEqual(rest.slides, body.slides.slice(2));
    equal("next" in rest, false);
    for (const query of ["limit=0", "limit=201", "after=x", "page=2"]) {
      const refused = await get(service, `/slides?${query}`);
      equal(refused.status, 400, query);
      match(refused.body.message, /limit, a whole number from 1 to 200, and after/);
    }
    equal((await get(service, `/slides/${body.slides[2].id}`)).status, 403);
  });
});

Deno.test("the facts of a slide have its levels and its scale, and nothing of label images", async () => {
  const slide = tiffOf([
    drawnPage(0, 512, 256, { 270: APERIO }),
    drawnPage(5, 256, 128, label),
    drawnPage(1, 128, 64, { 270: APERIO }),
  ]);
  await withSlides({ "case/a.svs": slide }, async (service) => {
    const { status, body } = await get(service, `/slides/${A}`);
    equal(status, 200);
    deepEqual(body.levels, [
      { width: 512, height: 256, downsample: 1, tileWidth: 64, tileHeight: 64 },
      { width: 128, height: 64, downsample: 4, tileWidth: 64, tileHeight: 64 },
    ]);
    deepEqual([body.mpp, body.mppOrigin, body.search], [0.25, "file", undefined]);
    ok(!/4711|label|Aperio Image/.test(JSON.stringify(body)));
    const info = (await get(service, body.iiif)).body;
    equal(info.id, `http://localhost/slides/${A}/iiif`);
    deepEqual([info.width, info.height, info.profile], [512, 256, "level1"]);
    deepEqual(info.tiles, [{ width: 512, scaleFactors: [1] }]);
  });
});

Deno.test("a PNG at the scale of a level has the pixels of the level, at its border too", async () => {
  await withSlides({ "case/a.svs": drawnSlide() }, async (service) => {
    const base = `/slides/${A}/iiif`;
    for (
      const [path, level, region] of [
        ["0,0,500,300/500,300", 0, { x: 0, y: 0, width: 500, height: 300 }],
        ["full/max", 0, { x: 0, y: 0, width: 500, height: 300 }],
        ["37,111,130,90/max", 0, { x: 37, y: 111, width: 130, height: 90 }],
        ["440,250,512,512/60,", 0, { x: 440, y: 250, width: 60, height: 50 }],
        ["square/300,300", 0, { x: 100, y: 0, width: 300, height: 300 }],
        ["full/250,150", 1, { x: 0, y: 0, width: 250, height: 150 }],
        ["128,64,256,128/128,", 1, { x: 64, y: 32, width: 128, height: 64 }],
        ["full/,75", 2, { x: 0, y: 0, width: 125, height: 75 }],
      ] as const
    ) {
      const { width, height, rgb } = await pngOf(service, `${base}/${path}/0/default.png`);
      deepEqual([width, height], [region.width, region.height], path);
      deepEqual(rgb, drawnRegion(level, region), path);
    }
    const squeezed = await pngOf(service, `${base}/full/10,300/0/color.png`);
    deepEqual([squeezed.width, squeezed.height], [10, 300]);
  });
});

Deno.test("pictures are cached by the version of the file, and refused with what is accepted", async () => {
  await withSlides({ "case/a.svs": drawnSlide() }, async (service, folder) => {
    const path = `/slides/${A}/iiif/0,0,64,64/64,64/0/default.jpg`;
    const first = await service.request(path);
    equal(first.headers.get("content-type"), "image/jpeg");
    equal(first.headers.get("cache-control"), "private, max-age=3600");
    await first.body?.cancel();
    const etag = first.headers.get("etag") ?? "";
    const again = () => service.request(path, { headers: { "if-none-match": etag } });
    equal((await again()).status, 304);
    await Deno.utime(`${folder}/case/a.svs`, 1e9, 1e9);
    const changed = await again();
    equal(changed.status, 200);
    await changed.body?.cancel();
    for (
      const [wrong, message] of [
        ["500,0,1,1/max/0/default.jpg", /region inside the 500 x 300 pixels/],
        ["0,0,0,5/max/0/default.jpg", /region/],
        ["pct:0,0,10,10/max/0/default.jpg", /must be full, square/],
        ["-1,0,10,10/max/0/default.jpg", /must be full, square/],
        ["full/501,/0/default.jpg", /size .*at most 2048 and the region's own/],
        ["full/0,/0/default.jpg", /size/],
        ["full/,/0/default.jpg", /size/],
        ["full/^max/0/default.jpg", /size/],
        ["full/max/90/default.jpg", /rotation .* must be 0/],
        ["full/max/0/default.tif", /default\.jpg or default\.png/],
        ["full/max/0/constructor", /default\.jpg or default\.png/],
      ] as const
    ) {
      const { status, body } = await get(service, `/slides/${A}/iiif/${wrong}`);
      equal(status, 400, wrong);
      match(body.message, message);
    }
    const redirect = await service.request(`/slides/${A}/iiif`);
    equal(redirect.status, 303);
    equal(redirect.headers.get("location"), `http://localhost/slides/${A}/iiif/info.json`);
    const behind = await service.request(`/slides/${A}/iiif/info.json`, {
      headers: {
        "x-forwarded-proto": "https",
        "x-forwarded-host": "lab.example",
        "x-forwarded-prefix": "/mitosis",
      },
    });
    equal((await behind.json()).id, `https://lab.example/mitosis/slides/${A}/iiif`);
  });
});

Deno.test("names that are no ids lead nowhere, and without SLIDES_DIR there are no slides", async () => {
  await withSlides({ "case/a.svs": drawnSlide() }, async (service) => {
    for (
      const name of [
        "case%2Fa.svs",
        "..%2F..%2Fetc%2Fpasswd",
        "%2Fetc%2Fpasswd",
        "a.svs",
        A.slice(1),
        A.toUpperCase(),
        `${A}%00`,
        "__proto__",
      ]
    ) {
      for (const rest of ["", "/iiif/info.json", "/iiif/full/max/0/default.jpg"]) {
        const { status, body } = await get(service, `/slides/${name}${rest}`);
        equal(status, 404, name);
        match(body.code, /^(slide_unknown|route_unknown)$/);
      }
    }
    equal((await get(service, `/slides/../model/metadata`)).status, 200);
  });
  await using without = await startService();
  for (const path of ["/slides", `/slides/${A}`, `/slides/${A}/searches/${A}`]) {
    const { status, body } = await get(without, path);
    deepEqual([status, body.code], [403, "slides_disabled"]);
    match(body.message, /SLIDES_DIR/);
  }
  await using missing = await startService({ SLIDES_DIR: "/nowhere/slides" });
  const { status, body } = await get(missing, "/slides");
  deepEqual([status, body.code], [500, "file_unreadable"]);
  equal(body.message, "SLIDES_DIR cannot be read: there is no such file or folder.");
});

Deno.test("slides need an API key where there are keys, and have no routes without Workers", async () => {
  await withSlides({ "case/a.svs": drawnSlide() }, async (service) => {
    for (const path of ["/slides", `/slides/${A}`, `/slides/${A}/iiif/full/max/0/default.jpg`]) {
      equal((await get(service, path)).status, 401);
      const response = await service.request(path, { headers: { "x-api-key": "secret" } });
      equal(response.status, 200);
      await response.body?.cancel();
    }
  }, { API_KEYS: "secret" });
  await withSlides({ "case/a.svs": drawnSlide() }, async (service) => {
    equal((await get(service, "/slides")).body.code, "route_unknown");
    const { paths } = (await get(service, "/openapi.json")).body;
    ok(!("/slides" in paths));
  }, { INFERENCE_WORKERS: "0" });
});

pythonTest(
  "Pillow reads a JPEG of the size and the colors that were asked for",
  ["PIL"],
  async (python) => {
    const page = drawnPage(0, 256, 256, { 270: APERIO }, 256);
    const plain = new Uint8Array(256 * 256 * 3);
    for (let i = 0; i < plain.length; i += 3) plain.set([200, 120, 170], i);
    await withSlides({ "case/a.svs": tiffOf([{ ...page, strips: [plain] }]) }, async (service) => {
      const answer = await service.request(`/slides/${A}/iiif/10,10,200,100/100,/0/default.jpg`);
      const file = await Deno.makeTempFile({ suffix: ".jpg" });
      await Deno.writeFile(file, new Uint8Array(await answer.arrayBuffer()));
      const code = "import sys; from PIL import Image; i = Image.open(sys.argv[1]); " +
        "print(i.format, i.mode, i.size, i.convert('RGB').getpixel((50, 25)))";
      const { stdout } = await new Deno.Command(python, { args: ["-c", code, file] }).output();
      await Deno.remove(file);
      match(
        new TextDecoder().decode(stdout),
        /^JPEG RGB \(100, 50\) \((199|200|201), (119|120|121), (169|170|171)\)/,
      );
    });
  },
);

sharedPythonTest(
  "a DICOM slide and an SVS have OpenSlide's pixels, and a DICOM folder is one slide",
  [
    "openslide",
    "numpy",
  ],
  async (python) => {
    const real = `${shared}/slides/real`;
    const read = (name: string) => Deno.readFile(`${real}/${name}`);
    const files = {
      "dicom/0.dcm": await read("openslide-boxes_0.dcm"),
      "dicom/1.dcm": await read("openslide-boxes_1.dcm"),
      "cmu.svs": await read("CMU-1-Small-Region.svs"),
      "fluorescence.ndpi": await read("slideio-test3-DAPI-2-387.ndpi"),
    };
    await withSlides(files, async (service, folder) => {
      const { body: { slides } } = await get(service, "/slides");
      equal(slides.length, 3);
      const [svs, dicom, ndpi] = slides;
      equal(ndpi.problem.code, "image_unsupported");
      equal(dicom.bytes, files["dicom/0.dcm"].length + files["dicom/1.dcm"].length);
      const out = await Deno.makeTempDir();
      const names = ["cmu.svs", "dicom/0.dcm"].map((name) => `${folder}/${name}`);
      const answers = await readWithOpenSlide(python, out, names);
      for (const [i, slide] of [svs, dicom].entries()) {
        const [level] = answers[i]?.levels ?? [];
        deepEqual([slide.width, slide.height], [level?.width, level?.height]);
        const whole = await Deno.readFile(level?.pixels ?? "");
        const side = Math.min(slide.width, slide.height, 700);
        const x = slide.width - side;
        const expected = new Uint8Array(side * side * 3);
        for (let y = 0; y < side; y++) {
          const from = (y * slide.width + x) * 3;
          expected.set(whole.subarray(from, from + side * 3), y * side * 3);
        }
        const path = `/slides/${slide.id}/iiif/${x},0,${side},${side}/max/0/default.png`;
        ok(meanDifference((await pngOf(service, path)).rgb, expected) <= 2);
      }
      await Deno.remove(out, { recursive: true });
      await Deno.writeTextFile(`${folder}/../secret`, "secret");
      await Deno.symlink("../../secret", `${folder}/dicom/2.dcm`);
      const refused = await get(service, `/slides/${dicom.id}`);
      deepEqual([refused.status, refused.body.code], [403, "slide_not_allowed"]);
      ok(!refused.body.message.includes(folder), refused.body.message);
    });
  },
);
