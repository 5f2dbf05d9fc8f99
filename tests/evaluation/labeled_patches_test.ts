import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { listLabeledPatches } from "../../src/evaluation/labeled_patches.ts";

/** Makes a folder with empty files, and removes it at the end. */
async function inFolder(
  files: readonly string[],
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const file of files) {
      const path = `${folder}/${file}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      await Deno.writeTextFile(path, "");
    }
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const patchesOf = async (path: string) =>
  (await listLabeledPatches(path)).patches.map(({ path, isMitosis }) => [path, isMitosis]);

Deno.test("paths of a table are read from other systems and other machines", async () => {
  await inFolder(["set/patches/a.png", "set/patches/b.png"], async (folder) => {
    const set = `${folder}/set`;
    const expected = [[`${set}/patches/a.png`, true], [`${set}/patches/b.png`, false]];
    for (
      const [a, b] of [
        ["patches/a.png", "./patches/b.png"],
        ["patches\\a.png", "patches\\b.png"],
        [`${set}/patches/a.png`, `${set}/patches/b.png`],
        ["C:\\Users\\me\\set\\patches\\a.png", "C:\\Users\\me\\set\\patches\\b.png"],
        ["D:/set/patches/a.png", "D:/set/patches/b.png"],
        ["\\\\server\\share\\patches\\a.png", "\\\\server\\share\\patches\\b.png"],
        ["/home/other/set/patches/a.png", "/home/other/set/patches/b.png"],
      ]
    ) {
      await Deno.writeTextFile(`${set}/labels.csv`, `file,label\n${a},1\n${b},0\n`);
      const found = await patchesOf(`${set}/labels.csv`);
      deepEqual(found.map(([path, is]) => [String(path).replace("/./", "/"), is]), expected);
    }
    const { notes } = await listLabeledPatches(`${set}/labels.csv`);
    match(notes.join(), /found below the folder of the table: 2/);
  });
});

Deno.test("two files of another machine are not taken for the one of their name", async () => {
  await inFolder(["1.png", "2.png"], async (folder) => {
    const rows = "C:\\m\\1.png,1\nC:\\n\\1.png,1\n2.png,0\n";
    await Deno.writeTextFile(`${folder}/labels.csv`, `file,label\n${rows}`);
    await rejects(listLabeledPatches(`${folder}/labels.csv`), /lines 2 and 3 name two files/);
  });
});

Deno.test("contradicting labels are refused, repeated lines count once", async () => {
  await inFolder(["a.png", "b.png"], async (folder) => {
    await Deno.writeTextFile(`${folder}/l.csv`, "file,label\na.png,1\na.png,1\nb.png,0\n");
    const { patches, notes } = await listLabeledPatches(`${folder}/l.csv`);
    equal(patches.length, 2);
    match(notes.join(), /name a patch again, left out: 1/);
    await Deno.writeTextFile(`${folder}/l.csv`, "file,label\na.png,1\n./a.png,0\nb.png,0\n");
    await rejects(listLabeledPatches(`${folder}/l.csv`), /lines 2 and 3 both name .* different/);
  });
});

Deno.test("a label counts at any depth, and folders that contradict each other are refused", async () => {
  await inFolder(["set/train/mitosis/a.png", "set/test/normal/b.png"], async (folder) => {
    equal((await patchesOf(`${folder}/set`)).length, 2);
  });
  await inFolder(["set/1/mitosis/a.png", "set/1/normal/b.png"], async (folder) => {
    await rejects(
      listLabeledPatches(`${folder}/set`),
      /'1\/normal\/b\.png' is in folders .* different/,
    );
  });
});

Deno.test({
  name: "links in a folder of labels are followed, also in a circle, and hidden files passed over",
  ignore: Deno.build.os === "windows",
  async fn() {
    const files = ["store/x.png", "set/normal/n10.png", "set/normal/n2.png", "set/normal/._n2.png"];
    await inFolder([...files, "set/other/o.png"], async (folder) => {
      await Deno.mkdir(`${folder}/set/Mitotic Figure`);
      await Deno.symlink(`${folder}/store/x.png`, `${folder}/set/Mitotic Figure/linked.png`);
      await Deno.symlink(`${folder}/store`, `${folder}/set/mitosis`);
      await Deno.symlink(`${folder}/set`, `${folder}/store/circle`);
      await Deno.symlink(`${folder}/gone.png`, `${folder}/set/normal/gone.png`);
      const { patches, notes } = await listLabeledPatches(`${folder}/set`);
      deepEqual(patches.map(({ path, isMitosis }) => [path.slice(folder.length + 5), isMitosis]), [
        ["mitosis/x.png", true],
        ["Mitotic Figure/linked.png", true],
        ["normal/gone.png", false],
        ["normal/n2.png", false],
        ["normal/n10.png", false],
      ]);
      match(notes.join(), /Left out.*: other\//);
    });
  },
});
