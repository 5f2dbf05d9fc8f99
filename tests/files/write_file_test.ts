import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { writeFile } from "../../src/files/write_file.ts";

/** Runs `work` in a new folder. Returns the names in it afterwards. */
async function namesAfter(work: (folder: string) => Promise<void>): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test({
  name: "a file that is larger than the disk lets it be leaves nothing behind",
  ignore: Deno.build.os === "windows",
  async fn() {
    const names = await namesAfter(async (folder) => {
      await Deno.writeTextFile(`${folder}/old.bin`, "old");
      const module = new URL("../../src/files/write_file.ts", import.meta.url);
      // The limit is above what Deno itself writes into its cache.
      const script = `import { writeFile } from "${module}";
        const content = new Uint8Array(40_000_000);
        await writeFile("${folder}/old.bin", content).catch((thrown) => console.log(thrown.message));
        Deno.exit(0);`;
      await Deno.writeTextFile(`${folder}/script.ts`, script);
      const { stdout } = await new Deno.Command("sh", {
        args: ["-c", 'ulimit -f 40000; exec "$0" run -q -A --no-check "$1"', Deno.execPath()]
          .concat(`${folder}/script.ts`),
        env: { NO_COLOR: "1" },
      }).output();
      match(
        new TextDecoder().decode(stdout),
        /old\.bin' cannot be written: it is larger than this user or file system allows\./,
      );
      equal(await Deno.readTextFile(`${folder}/old.bin`), "old");
    });
    deepEqual(names, ["old.bin", "script.ts"]);
  },
});

Deno.test({
  name: "a device is written as it is, and a full one is named",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await writeFile("/dev/null", "text");
    equal((await Deno.stat("/dev/null")).isCharDevice, true);
    await rejects(
      writeFile("/dev/full", "text"),
      /'\/dev\/full' cannot be written: the disk is full/,
    );
  },
});

Deno.test({
  name: "a link is followed, a folder refused, and writers at the same time do not meet",
  ignore: Deno.build.os === "windows",
  async fn() {
    const names = await namesAfter(async (folder) => {
      await Deno.writeTextFile(`${folder}/real`, "old");
      await Deno.symlink(`${folder}/real`, `${folder}/link`);
      await writeFile(`${folder}/link`, "new");
      equal(await Deno.readTextFile(`${folder}/real`), "new");
      await rejects(writeFile(folder, "text"), /it is a folder/);
      const contents = Array.from({ length: 8 }, (_, i) => String(i).repeat(100_000));
      await Promise.all(contents.map((content) => writeFile(`${folder}/one`, content)));
      equal(contents.includes(await Deno.readTextFile(`${folder}/one`)), true);
      await writeFile(`${folder}/${"n".repeat(255)}`, "text");
    });
    deepEqual(names, ["link", "n".repeat(255), "one", "real"]);
  },
});
