import { messageOf, Problem } from "../errors.ts";
import { cutWindows } from "../image/windows.ts";
import type { Engine } from "../inference/engine.ts";
import { syntheticPatches } from "./synthetic_patches.ts";
import type { Manifest } from "../model/manifest.ts";
import { isSameAnswer } from "./same_answer.ts";

/** Made-up pictures that are looked at: half noise, half dark spots on pink. */
const PICTURES = 4;

/**
 * Tries what a manifest says of `fullyConvolutional`: over made-up pictures that are one stride higher
 * and two strides wider than a window (72 x 80 px), one pass must give what the six windows in each
 * give alone. A network that pads its maps fails.
 *
 * @throws {Problem} `model_invalid`.
 */
export async function checkFullyConvolutional(
  { name, fullyConvolutional, input }: Pick<Manifest, "name" | "fullyConvolutional" | "input">,
  engine: Engine,
): Promise<void> {
  if (fullyConvolutional === undefined) return;
  const { stride } = fullyConvolutional;
  const width = input.width + 2 * stride;
  const height = input.height + stride;
  const size = `${width} x ${height} px`;
  const pictures = syntheticPatches(PICTURES, width, height);
  const wanted = await windowByWindow(pictures.data, { width, height }, stride, input, engine);
  const { dims, data } = await engine.run(pictures).catch((thrown) => {
    throw invalid(name, `it cannot be run on ${size} (${messageOf(thrown)})`);
  });
  if (dims.join() !== [PICTURES, 1, 2, 3].join()) {
    throw invalid(name, `over ${size} it gives [${dims.join(", ")}], not [N, 1, 2, 3]`);
  }
  for (const [i, alone] of wanted.entries()) {
    const together = data[i] ?? NaN;
    if (!isSameAnswer(together, alone)) {
      throw invalid(name, `over ${size} it gives ${together} where the window alone has ${alone}`);
    }
  }
}

/** The probability of each window, in the order of the dense map. */
async function windowByWindow(
  pixels: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  stride: number,
  window: { readonly width: number; readonly height: number },
  engine: Engine,
): Promise<Float32Array> {
  const centers = [0, 1].flatMap((row) =>
    [0, 1, 2].map((column) => ({
      x: Math.floor(window.width / 2) + column * stride,
      y: Math.floor(window.height / 2) + row * stride,
    }))
  );
  const bytes = width * height * 3;
  const cut = new Uint8Array(PICTURES * centers.length * window.width * window.height * 3);
  for (let n = 0; n < PICTURES; n++) {
    const picture = { width, height, data: pixels.subarray(n * bytes, (n + 1) * bytes) };
    cut.set(cutWindows(picture, centers, window), n * cut.length / PICTURES);
  }
  const count = PICTURES * centers.length;
  return (await engine.run({ count, width: window.width, height: window.height, data: cut })).data;
}

function invalid(name: string, what: string): Problem {
  return new Problem(
    "model_invalid",
    `The model '${name}' is not fully convolutional, as its manifest says: ${what}.`,
  );
}
