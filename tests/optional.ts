import { fileURLToPath } from "node:url";

/**
 * What a test may need and a bare machine may not have. Where it is absent the test is skipped with
 * a printed reason; in CI, where it has to be there, the test fails instead.
 */
const inCi = Deno.env.get("CI") === "true";

/** Folder of the labeled data and reference files, which are no part of this repository. */
export const shared = Deno.env.get("MITOSIS_SHARED") ??
  fileURLToPath(new URL("../../shared", import.meta.url));

/** A Chromium to test pages in. */
export const chromium = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";

/** A test that reads files below {@linkcode shared}. */
export function sharedTest(name: string, run: () => Promise<void>): void {
  testWith(shared, "the folder named by MITOSIS_SHARED", name, run);
}

/** A test that opens pages in {@linkcode chromium}. */
export function browserTest(name: string, run: () => Promise<void>): void {
  testWith(chromium, "Chromium (CHROMIUM names it)", name, run);
}

/** Prometheus' tool that checks rules, of the Debian package `prometheus`. */
export const promtool = Deno.env.get("PROMTOOL") ?? "/usr/bin/promtool";

/** A test that runs {@linkcode promtool}. */
export function promtoolTest(name: string, run: () => Promise<void>): void {
  testWith(promtool, "promtool (PROMTOOL names it)", name, run);
}

/** Prometheus itself, of the same package. */
export const prometheus = Deno.env.get("PROMETHEUS") ?? "/usr/bin/prometheus";

/** A test that runs {@linkcode prometheus}. */
export function prometheusTest(name: string, run: () => Promise<void>): void {
  testWith(prometheus, "Prometheus (PROMETHEUS names it)", name, run);
}

/** The workflow engine of the Debian package `snakemake`. */
export const snakemake = Deno.env.get("SNAKEMAKE") ?? "/usr/bin/snakemake";

/** A test that runs {@linkcode snakemake}. */
export function snakemakeTest(name: string, run: () => Promise<void>): void {
  testWith(snakemake, "Snakemake (SNAKEMAKE names it)", name, run);
}

/** Kubernetes' client, which has kustomize in it. */
export const kubectl = Deno.env.get("KUBECTL") ?? "/usr/bin/kubectl";

/** A test that runs {@linkcode kubectl}. */
export function kubectlTest(name: string, run: () => Promise<void>): void {
  testWith(kubectl, "kubectl (KUBECTL names it)", name, run);
}

/** Where the programs of `tests/deploy/requirements.txt` are. */
const checkers = Deno.env.get("CHECKERS") ??
  fileURLToPath(new URL("../.venv/bin", import.meta.url));

/** A test that runs programs of `tests/deploy/requirements.txt`, given by their paths. */
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

/** A test that mounts file systems and changes users: on Linux, as root, with util-linux. */
export function rootTest(name: string, run: () => Promise<void>): void {
  testWhere(isRoot(), "Linux and root", name, run);
}

/** A {@linkcode rootTest} that reads files below {@linkcode shared}. */
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
