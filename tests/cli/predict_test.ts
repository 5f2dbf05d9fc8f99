import { deepEqual, equal } from "node:assert/strict";
import { grayPatch } from "../png_writer.ts";
import { runProgram } from "../program.ts";

Deno.test("predict prints one JSON object per file and fails when a file cannot be scored", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeFile(`${folder}/gray.png`, grayPatch(220));
  await Deno.writeTextFile(`${folder}/text.png`, "hello");
  const files = ["model/samples/metaphase.png", `${folder}/gray.png`];
  const good = await runProgram("files", "predict", ...files);
  equal(good.code, 0);
  const answers = good.out.trim().split("\n").map((line) => JSON.parse(line));
  deepEqual(answers.map(({ file, mitosis }) => [file, mitosis]), [
    [files[0], true],
    [files[1], false],
  ]);
  const bad = await runProgram(
    "files",
    "predict",
    `${folder}/text.png`,
    `${folder}/none.png`,
    ...files,
  );
  equal(bad.code, 1);
  const codes = bad.out.trim().split("\n").map((line) => JSON.parse(line).error?.code);
  deepEqual(codes, ["image_not_png", "file_unreadable", undefined, undefined]);
  await Deno.remove(folder, { recursive: true });
});
