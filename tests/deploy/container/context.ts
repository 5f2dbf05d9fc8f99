import dockerignore from "npm:@balena/dockerignore@1.0.2";

/**
 * Copies of a folder what `.dockerignore` lets into a build.
 *
 * @returns The paths, relative to the folder.
 */
export async function copyContext(root: string, target: string): Promise<string[]> {
  const ignored = dockerignore.default().add(await Deno.readTextFile(`${root}/.dockerignore`));
  const paths: string[] = [];
  for await (const path of files(root, "")) if (!ignored.ignores(path)) paths.push(path);
  for (const path of paths) {
    const to = `${target}/${path}`;
    await Deno.mkdir(to.slice(0, to.lastIndexOf("/")), { recursive: true });
    await Deno.copyFile(`${root}/${path}`, to);
  }
  return paths;
}

async function* files(root: string, folder: string): AsyncIterable<string> {
  for await (const { name, isDirectory } of Deno.readDir(`${root}/${folder}`)) {
    if (name === ".git" || name === "node_modules") continue;
    if (isDirectory) yield* files(root, `${folder}${name}/`);
    else yield `${folder}${name}`;
  }
}
