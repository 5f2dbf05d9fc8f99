import type { Image } from "./build.ts";

/** What of this machine lies under a stage while it runs a command. */
const HOST = ["usr", "bin", "sbin", "lib", "lib64", "etc", "opt"];

/** Runs a command of this machine. @throws {Error} with what it printed, where it fails. */
export async function run(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  const said = new TextDecoder().decode(stdout);
  if (success) return said;
  throw new Error(`${program} ${args.join(" ")}: ${said}${new TextDecoder().decode(stderr)}`);
}

/** Runs a shell command in a stage, as root, with this machine's programs laid under its own files. */
export async function inRoot(
  image: Image,
  command: string,
  { variables, bind }: {
    readonly variables: ReadonlyMap<string, string>;
    readonly bind?: { readonly source: string; readonly target: string };
  },
): Promise<void> {
  const { root } = image;
  const script = ["set -e", `cd ${quote(root)}`, "mkdir -p dev proc tmp root run"];
  const layers: string[] = [];
  for (const name of HOST) {
    const { isSymlink } = await Deno.lstat(`/${name}`).catch(() => ({ isSymlink: undefined }));
    if (isSymlink === undefined) continue;
    if (isSymlink) {
      script.push(`[ -e ${name} ] || cp -a /${name} ${name}`);
      continue;
    }
    // The stage's own files become the upper layer; they come back with what the command writes.
    layers.push(name);
    await Deno.mkdir(`${root}/${name}`, { recursive: true });
    await Deno.rename(`${root}/${name}`, `${root}.${name}`);
    await Deno.mkdir(`${root}/${name}`);
    const work = `${root}.${name}.work`;
    await Deno.mkdir(work);
    script.push(
      `mount -t overlay overlay ${name} -o lowerdir=/${name},upperdir=${root}.${name},workdir=${work}`,
    );
  }
  if (bind !== undefined) {
    const target = `.${bind.target}`;
    script.push(`mkdir -p ${target}`, `mount --bind -o ro ${quote(bind.source)} ${target}`);
  }
  script.push("mount --rbind /dev dev", "mount -t proc proc proc", "chmod 1777 tmp");
  const env = new Map([
    ["PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    ["HOME", "/root"],
    ...trust(),
    ...variables,
  ]);
  const words = [...env].map(([name, value]) => quote(`${name}=${value}`)).join(" ");
  const inner = quote(`cd ${quote(image.workdir)} && ${command}`);
  script.push(`chroot . /usr/bin/env -i ${words} /bin/sh -c ${inner}`);
  await run("unshare", "--mount", "bash", "-c", script.join("\n"));
  for (const name of layers) {
    await Deno.remove(`${root}/${name}`);
    await Deno.rename(`${root}.${name}`, `${root}/${name}`);
    await Deno.remove(`${root}.${name}.work`, { recursive: true });
  }
}

/** This network's certificate authorities, which an engine's daemon would know. */
function trust(): [string, string][] {
  return Object.entries(Deno.env.toObject()).filter(([name]) => /CERT|TLS_CA/.test(name));
}

/** A word for the shell. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
