/**
 * Scores two patches and finds the mitoses of a field. Needs no packages.
 *
 *     deno run -A examples/typescript.ts http://localhost:5000
 *
 * @module
 */
const [url = "http://localhost:5000"] = Deno.args;
const samples = new URL("../model/samples/", import.meta.url);

const patches = ["metaphase.png", "stroma.png"];
const { predictions } = await send("model/predict", patches);
for (const [i, name] of patches.entries()) {
  console.log(`${name}: ${predictions[i].probability.toFixed(4)}`);
}

const { detections } = await send("model/detect?mpp=0.25", ["field.png"]);
const mitoses = detections.filter(({ mitosis }: { mitosis: boolean }) => mitosis);
console.log(`field.png: ${mitoses.length} mitoses`);

async function send(path: string, names: readonly string[]) {
  const form = new FormData();
  for (const name of names) {
    form.append("image", new File([await Deno.readFile(new URL(name, samples))], name));
  }
  const response = await fetch(new URL(path, url), { method: "POST", body: form });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.message);
  return answer;
}
