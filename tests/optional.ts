/**
 * Defines tests that need a tool or data that a machine may not have. When it is missing, the test is
 * skipped and the reason is printed. In CI, which has everything, the test fails instead.
 *
 * @module
 */
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";

const inCi = Deno.env.get("CI") === "true";

/** The folder of labeled data and reference files, which are not part of this repository. */
export const shared = Deno.env.get("MITOSIS_SHARED") ??
  fileURLToPath(new URL("../../shared", import.meta.url));

/** The path of Chromium. */
export const chromium = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";

/** Defines a test that reads files below {@linkcode shared}. */
export function sharedTest(name: string, run: () => Promise<void>): void {
  testWith(shared, "the folder named by MITOSIS_SHARED", name, run);
}

/** Defines a test that opens pages in {@linkcode chromium}. */
export function browserTest(name: string, run: () => Promise<void>): void {
  testWith(chromium, "Chromium (CHROMIUM names it)", name, run);
}

/** The path of Firefox: Debian's, or that of other systems. */
export const firefox = Deno.env.get("FIREFOX") ??
  ["/usr/bin/firefox-esr", "/usr/bin/firefox"].find(exists) ?? "/usr/bin/firefox";

/** Defines a test that opens pages in {@linkcode firefox}. */
export function firefoxTest(name: string, run: () => Promise<void>): void {
  testWith(firefox, "Firefox (FIREFOX names it)", name, run);
}

/** The path of promtool, which checks Prometheus rules. Debian package: `prometheus`. */
export const promtool = Deno.env.get("PROMTOOL") ?? "/usr/bin/promtool";

/** Defines a test that runs {@linkcode promtool}. */
export function promtoolTest(name: string, run: () => Promise<void>): void {
  testWith(promtool, "promtool (PROMTOOL names it)", name, run);
}

/** The path of Prometheus. Debian package: `prometheus`. */
export const prometheus = Deno.env.get("PROMETHEUS") ?? "/usr/bin/prometheus";

/** Defines a test that runs {@linkcode prometheus}. */
export function prometheusTest(name: string, run: () => Promise<void>): void {
  testWith(prometheus, "Prometheus (PROMETHEUS names it)", name, run);
}

/** The path of the workflow engine Snakemake. Debian package: `snakemake`. */
export const snakemake = Deno.env.get("SNAKEMAKE") ?? "/usr/bin/snakemake";

/** Defines a test that runs {@linkcode snakemake}. */
export function snakemakeTest(name: string, run: () => Promise<void>): void {
  testWith(snakemake, "Snakemake (SNAKEMAKE names it)", name, run);
}

/** Defines a test that runs the shell fish. Debian package: `fish`. */
export function fishTest(name: string, run: () => Promise<void>): void {
  testWith("/usr/bin/fish", "fish", name, run);
}

/** Defines a test that runs the shell zsh. Debian package: `zsh`. */
export function zshTest(name: string, run: () => Promise<void>): void {
  testWith("/usr/bin/zsh", "zsh", name, run);
}

/** The path of kubectl, which includes kustomize. */
export const kubectl = Deno.env.get("KUBECTL") ?? "/usr/bin/kubectl";

/** Defines a test that runs {@linkcode kubectl}. */
export function kubectlTest(name: string, run: () => Promise<void>): void {
  testWith(kubectl, "kubectl (KUBECTL names it)", name, run);
}

/** The path of npx, which comes with Node. */
export const npx = Deno.env.get("NPX") ??
  Deno.env.get("PATH")?.split(delimiter).map((folder) => `${folder}/npx`).find(exists) ?? "npx";

/** Defines a test that runs programs of npm with {@linkcode npx}. `run` gets its path. */
export function npxTest(name: string, run: (npx: string) => Promise<void>): void {
  testWith(npx, "npx (NPX names it)", name, () => run(npx));
}

/** The folder of the programs of `tests/deploy/requirements.txt`. */
const checkers = Deno.env.get("CHECKERS") ??
  fileURLToPath(new URL("../.venv/bin", import.meta.url));

/** Defines a test that runs programs of `tests/deploy/requirements.txt`. `run` gets their paths. */
export function checkerTest(
  name: string,
  programs: readonly string[],
  run: (...paths: string[]) => Promise<void>,
): void {
  const paths = programs.map((program) => `${checkers}/${program}`);
  const missing = paths.find((path) => !exists(path));
  const what = `tests/deploy/requirements.txt in .venv; ${missing} is missing`;
  testWhere(missing === undefined, what, name, () => run(...paths));
}

/** Defines a test that runs Python with packages of `tests/deploy/requirements.txt`. */
export function pythonTest(
  name: string,
  packages: readonly string[],
  run: (python: string) => Promise<void>,
): void {
  const python = pythonWith(packages);
  const what = `${packages.join(", ")} of tests/deploy/requirements.txt in .venv`;
  testWhere(python !== undefined, what, name, () => run(python ?? "python"));
}

/** Defines a {@linkcode pythonTest} that reads files below {@linkcode shared}. */
export function sharedPythonTest(
  name: string,
  packages: readonly string[],
  run: (python: string) => Promise<void>,
): void {
  if (exists(shared) || inCi) return pythonTest(name, packages, run);
  testWith(shared, "the folder named by MITOSIS_SHARED", name, () => run(""));
}

/** Returns the path of a Python with packages, or undefined where there is none. */
function pythonWith(packages: readonly string[]): string | undefined {
  const python = `${checkers}/python`;
  return exists(python) && hasPackages(python, packages) ? python : undefined;
}

function hasPackages(python: string, packages: readonly string[]): boolean {
  const code = "import importlib.util as u, sys; sys.exit(any(map(lambda p: not u.find_spec(p), " +
    "sys.argv[1:])))";
  return new Deno.Command(python, { args: ["-c", code, ...packages] }).outputSync().success;
}

/** Defines a test that mounts file systems and changes users: on Linux, as root, with util-linux. */
export function rootTest(name: string, run: () => Promise<void>): void {
  testWhere(isRoot(), "Linux and root", name, run);
}

/** Defines a {@linkcode rootTest} that reads files below {@linkcode shared}. */
export function sharedRootTest(name: string, run: () => Promise<void>): void {
  testWhere(isRoot() && exists(shared), "Linux, root and MITOSIS_SHARED", name, run);
}

function isRoot(): boolean {
  return Deno.build.os === "linux" && Deno.uid() === 0 && exists("/usr/bin/unshare");
}

function testWith(path: string, what: string, name: string, run: () => Promise<void>): void {
  testWhere(exists(path), `${what}, which is not at ${path}`, name, run);
}

function testWhere(able: boolean, what: string, name: string, run: () => Promise<void>): void {
  const ignore = !inCi && !able;
  if (ignore) console.log(`skipped: '${name}' needs ${what}`);
  Deno.test({ name, ignore, fn: run });
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
