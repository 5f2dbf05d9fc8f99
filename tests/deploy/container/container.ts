import type { Image } from "./build.ts";
import { quote, run } from "./root.ts";

/** A process in an image: read-only, as the image's user, as process 1 of its own. */
export interface Container extends AsyncDisposable {
  readonly status: Promise<Deno.CommandStatus>;
  /** Its process as this machine sees it. */
  pid(): Promise<number>;
  kill(signal: Deno.Signal): Promise<void>;
}

/**
 * Completes the files of an image whose base was not had: the shared libraries that the program names,
 * and the empty folders that an engine mounts.
 */
export async function completeRoot({ root, entrypoint: [program] }: Image): Promise<void> {
  const listed = await run("ldd", `${root}${program}`);
  for (const [, library = ""] of listed.matchAll(/(\/\S+) \(0x/g)) {
    const to = `${root}${library}`;
    await Deno.mkdir(to.slice(0, to.lastIndexOf("/")), { recursive: true });
    await Deno.copyFile(library, to);
  }
  for (const name of ["dev", "proc", "etc"]) {
    await Deno.mkdir(`${root}/${name}`, { recursive: true });
  }
  await Deno.writeTextFile(`${root}/etc/hosts`, "127.0.0.1 localhost\n");
}

/**
 * Runs a program of an image, and nothing else: there is no shell in it.
 *
 * @param volumes Folders of this machine by the path at which the program finds them.
 */
export function start(
  image: Image,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  volumes: Readonly<Record<string, string>> = {},
): Container {
  const root = quote(image.root);
  const [uid = "", gid = uid] = image.user.split(":");
  const all = Object.entries({ ...Object.fromEntries(image.env), ...env });
  const script = [
    "set -e",
    `mount --bind ${root} ${root}`,
    `mount --rbind /dev ${root}/dev`,
    `mount -t proc proc ${root}/proc`,
    ...Object.entries(volumes).map(([at, folder]) =>
      `mkdir -p ${root}${quote(at)} && mount --bind ${quote(folder)} ${root}${quote(at)}`
    ),
    `mount -o remount,bind,ro ${root}`,
    [
      "exec env -i",
      ...all.map(([name, value]) => quote(`${name}=${value}`)),
      `setpriv --clear-groups --no-new-privs unshare --root=${root}`,
      `--wd=${image.workdir} --setgid=${gid} --setuid=${uid} --`,
      ...argv.map(quote),
    ].join(" "),
  ];
  const process = new Deno.Command("unshare", {
    args: ["--mount", "--pid", "--fork", "--kill-child", "bash", "-c", script.join("\n")],
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  const pid = async () => {
    const path = `/proc/${process.pid}/task/${process.pid}/children`;
    return Number((await Deno.readTextFile(path)).trim());
  };
  return {
    status: process.status,
    pid,
    kill: async (signal) => Deno.kill(await pid(), signal),
    async [Symbol.asyncDispose]() {
      try {
        process.kill("SIGKILL");
      } catch {
        // It has ended already.
      }
      await process.status;
    },
  };
}
