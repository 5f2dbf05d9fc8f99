import type { Dockerfile, Stage, Step } from "./dockerfile.ts";
import { inRoot, run } from "./root.ts";

/** What a stage became: its files, and what it says of itself. */
export interface Image {
  /** The folder of its files. */
  readonly root: string;
  readonly env: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  readonly workdir: string;
  readonly user: string;
  readonly stopSignal: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly healthcheck: readonly string[];
}

/** Where a build takes its files from and puts them. */
export interface BuildPlaces {
  /** The folder that COPY reads. */
  readonly context: string;
  /** Folders that stand for a stage, as `--build-context` says. */
  readonly contexts?: ReadonlyMap<string, string>;
  /** An empty folder; each stage gets one of its own in it. */
  readonly work: string;
}

/**
 * Builds a Dockerfile's stages without a container engine: only those that are asked for, each once.
 *
 * The base images are not had. A stage begins as an empty folder; where it runs commands, this machine's
 * own programs and libraries lie under it, and what the commands write over them belongs to the stage.
 * Stages share files by hard links.
 */
export class Builder {
  readonly #dockerfile: Dockerfile;
  readonly #places: BuildPlaces;
  readonly #built = new Map<string, Image>();

  constructor(dockerfile: Dockerfile, places: BuildPlaces) {
    this.#dockerfile = dockerfile;
    this.#places = places;
  }

  /** Builds the last stage with these `--build-arg`. */
  async build(args: ReadonlyMap<string, string>): Promise<Image> {
    const last = this.#dockerfile.stages.at(-1);
    if (last === undefined) throw new Error("The Dockerfile has no stage.");
    return await this.#stage(last, args, new Map([...this.#dockerfile.globals, ...args]));
  }

  async #stage(stage: Stage, args: Pairs, globals: Pairs): Promise<Image> {
    const base = expand(stage.base, globals);
    // A stage is built once for each base and set of its arguments, as an engine caches it.
    const declared = stage.steps.flatMap((step) => step.word === "ARG" ? step.pairs : []);
    const key = JSON.stringify([stage.name, base, declared.map(([name]) => args.get(name))]);
    const known = this.#built.get(key);
    if (known !== undefined) return known;

    const root = `${this.#places.work}/${this.#built.size}-${stage.name}`;
    const parent = await this.#named(base, args, globals);
    await (parent === undefined ? Deno.mkdir(root) : run("cp", "-al", parent.root, root));
    let image: Image = parent === undefined ? { ...EMPTY, root } : { ...parent, root };
    // Reserved before the steps, which may build other stages.
    this.#built.set(key, image);
    const variables = new Map<string, string>();
    for (const step of stage.steps) {
      image = await this.#step(image, step, variables, args, globals);
    }
    this.#built.set(key, image);
    return image;
  }

  /** The stage of this name, or nothing where it is an image from elsewhere. */
  async #named(name: string, args: Pairs, globals: Pairs): Promise<Image | undefined> {
    const folder = this.#places.contexts?.get(name);
    if (folder !== undefined) return { ...EMPTY, root: folder };
    const stage = this.#dockerfile.stages.find((one) => one.name === name);
    return stage && await this.#stage(stage, args, globals);
  }

  async #step(
    image: Image,
    step: Step,
    variables: Map<string, string>,
    args: Pairs,
    globals: Pairs,
  ): Promise<Image> {
    const known = new Map([...variables, ...image.env]);
    switch (step.word) {
      case "ARG":
        for (const [name, fallback] of step.pairs) {
          variables.set(name, args.get(name) ?? fallback ?? "");
        }
        return image;
      case "ENV":
      case "LABEL": {
        const field = step.word === "ENV" ? "env" : "labels";
        const added = step.pairs.map(([name, value]) =>
          [name, expand(value ?? "", known)] as const
        );
        return { ...image, [field]: new Map([...image[field], ...added]) };
      }
      case "WORKDIR":
        await Deno.mkdir(`${image.root}/${step.value}`, { recursive: true });
        return { ...image, workdir: step.value };
      case "COPY": {
        const from = step.flags.get("from");
        const source = from === undefined ? undefined : await this.#named(from, args, globals);
        if (from !== undefined && source === undefined) {
          throw new Error(`COPY --from=${from}: there is no such stage.`);
        }
        await copy(source?.root ?? this.#places.context, step.paths, image);
        return image;
      }
      case "RUN": {
        const mount = mountOf(step.flags.get("mount"));
        const from = mount.from && await this.#named(mount.from, args, globals);
        await inRoot(image, step.command, {
          variables: known,
          ...(from && mount.target ? { bind: { source: from.root, target: mount.target } } : {}),
        });
        return image;
      }
      case "USER":
        return { ...image, user: step.value };
      case "STOPSIGNAL":
        return { ...image, stopSignal: step.value };
      case "ENTRYPOINT":
        return { ...image, entrypoint: step.argv, cmd: [] };
      case "CMD":
        return { ...image, cmd: step.argv };
      case "HEALTHCHECK":
        return { ...image, healthcheck: step.argv };
      case "EXPOSE":
        return image;
    }
  }
}

type Pairs = ReadonlyMap<string, string>;

const EMPTY: Omit<Image, "root"> = {
  env: new Map(),
  labels: new Map(),
  workdir: "/",
  user: "0:0",
  stopSignal: "SIGTERM",
  entrypoint: [],
  cmd: [],
  healthcheck: [],
};

function expand(text: string, values: Pairs): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name) => values.get(name) ?? "");
}

/** Of `type=bind,from=stage,target=/folder`; a cache is no mount here, since it may be empty. */
function mountOf(
  flag: string | undefined,
): { from?: string | undefined; target?: string | undefined } {
  const options = new Map(
    (flag ?? "").split(",").map((option) => {
      const [name = "", value = ""] = option.split("=");
      return [name, value];
    }),
  );
  return options.get("type") === "bind"
    ? { from: options.get("from"), target: options.get("target") }
    : {};
}

/** Folders give their content, files keep their name below a target that ends with `/`. */
async function copy(from: string, paths: readonly string[], image: Image): Promise<void> {
  const target = paths.at(-1) ?? "";
  const to = target.startsWith("/")
    ? `${image.root}${target}`
    : `${image.root}${image.workdir}/${target}`;
  for (const path of paths.slice(0, -1)) {
    const source = `${from}/${path}`;
    if ((await Deno.stat(source)).isDirectory) {
      await Deno.mkdir(to, { recursive: true });
      await run("cp", "-al", `${source}/.`, to);
    } else {
      await Deno.mkdir(target.endsWith("/") ? to : to.slice(0, to.lastIndexOf("/")), {
        recursive: true,
      });
      await run("cp", "-al", source, to);
    }
  }
}
