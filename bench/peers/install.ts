import type { Peer, Tools } from "./peers.ts";

const SERVICES = new URL("./services/", import.meta.url);

/**
 * Installs the packages of a peer in a scratch folder, and copies the services there. What is already
 * installed is kept. Each Python peer gets an environment of its own, because their packages exclude each
 * other.
 *
 * @param fastApi Folder of the FastAPI peer; by default the one of this project.
 * @throws {Error} when `python3`, `pip` or `npm` fails. Its output has been printed.
 */
export async function installPeer(
  { name, installer, packages }: Peer,
  scratch: string,
  fastApi: string | undefined,
): Promise<Tools> {
  const services = `${scratch}/services`;
  const venv = `${scratch}/${name.replaceAll(/\W+/g, "-")}`;
  const python = `${venv}/bin/python`;
  await run("cp", "-rT", decodeURIComponent(SERVICES.pathname), services);
  if (installer === "pip") {
    await run("python3", "-m", "venv", venv);
    const options = ["--quiet", "--disable-pip-version-check"];
    await run(python, "-m", "pip", "install", ...options, ...packages);
  }
  if (installer === "npm") {
    await run(
      "npm",
      "install",
      "--silent",
      "--no-save",
      "--ignore-scripts",
      "--prefix",
      services,
      ...packages,
    );
  }
  return { python, services, fastApi: fastApi ?? services };
}

async function run(program: string, ...args: readonly string[]): Promise<void> {
  const { success } = await new Deno.Command(program, { args: [...args], stdout: "null" }).spawn()
    .status;
  if (!success) throw new Error(`${program} ${args.join(" ")} failed.`);
}
