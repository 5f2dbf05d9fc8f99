import {
  DockerfileParser,
  type Instruction,
  type ModifiableInstruction,
  type PropertyInstruction,
} from "npm:dockerfile-ast@0.7.1";

/** One instruction of a stage, its variables not yet replaced. */
export type Step =
  | { readonly word: "ARG" | "ENV" | "LABEL"; readonly pairs: readonly Pair[] }
  | { readonly word: "COPY"; readonly flags: Flags; readonly paths: readonly string[] }
  | { readonly word: "RUN"; readonly flags: Flags; readonly command: string }
  | { readonly word: "ENTRYPOINT" | "CMD" | "HEALTHCHECK"; readonly argv: readonly string[] }
  | { readonly word: "WORKDIR" | "USER" | "EXPOSE" | "STOPSIGNAL"; readonly value: string };

type Pair = readonly [name: string, value: string | undefined];
type Flags = ReadonlyMap<string, string>;

/** From one FROM to the next. */
export interface Stage {
  /** Its name, or its number. */
  readonly name: string;
  /** An image or another stage; may contain variables. */
  readonly base: string;
  readonly steps: readonly Step[];
}

/** A Dockerfile, as far as this project's goes. */
export interface Dockerfile {
  /** The ARGs before the first FROM, with their defaults. */
  readonly globals: ReadonlyMap<string, string>;
  readonly stages: readonly Stage[];
}

/** Reads a Dockerfile. @throws {Error} at an instruction that is not covered. */
export function readDockerfile(text: string): Dockerfile {
  const parsed = DockerfileParser.parse(text);
  const globals = new Map(parsed.getInitialARGs().flatMap(pairs).map(([k, v]) => [k, v ?? ""]));
  const stages: { name: string; base: string; steps: Step[] }[] = [];
  for (const instruction of parsed.getInstructions()) {
    if (instruction.getKeyword() === "FROM") {
      const [base = "", , name = String(stages.length)] = words(instruction);
      stages.push({ name, base, steps: [] });
    } else stages.at(-1)?.steps.push(step(instruction));
  }
  return { globals, stages };
}

function step(instruction: Instruction): Step {
  const word = instruction.getKeyword();
  const content = instruction.getArgumentsContent() ?? "";
  switch (word) {
    case "ARG":
      return { word, pairs: pairs(instruction) };
    case "ENV":
    case "LABEL": {
      const properties = (instruction as PropertyInstruction).getProperties();
      return { word, pairs: properties.map((one) => [one.getName(), one.getValue() ?? ""]) };
    }
    case "COPY":
      return { word, flags: flags(instruction), paths: words(instruction) };
    case "RUN":
      return { word, flags: flags(instruction), command: content };
    case "ENTRYPOINT":
    case "CMD":
    case "HEALTHCHECK":
      return { word, argv: JSON.parse(content.slice(content.indexOf("["))) };
    case "WORKDIR":
    case "USER":
    case "EXPOSE":
    case "STOPSIGNAL":
      return { word, value: content };
    default:
      throw new Error(`Replaying the Dockerfile does not cover ${word}.`);
  }
}

/** `A=1 B`, of which the parser takes only the first. */
function pairs(arg: Instruction): Pair[] {
  return words(arg).map((text) => {
    const [name = "", value] = text.split("=", 2);
    return [name, value];
  });
}

function words(instruction: Instruction): string[] {
  return (instruction.getArgumentsContent() ?? "").trim().split(/\s+/);
}

function flags(instruction: Instruction): Flags {
  const all = (instruction as ModifiableInstruction).getFlags();
  return new Map(all.map((flag) => [flag.getName(), flag.getValue() ?? ""]));
}
