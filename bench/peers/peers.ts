import { existsSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import denoConfig from "../../deno.json" with { type: "json" };

/** How a peer takes patches. */
export type RequestFormat = "form" | "open inference protocol";

/** A service that scores patches, and how it is installed and started. */
export interface Peer {
  readonly name: string;
  /** What its packages are installed from; `none` for this project. */
  readonly installer: "pip" | "npm" | "none";
  /** Exact names and versions of its packages. */
  readonly packages: readonly string[];
  readonly path: string;
  readonly format: RequestFormat;
  /** Returns the bundle that it is given in place of the one that is compared; by default that one. */
  modelDir?(compared: string): string;
  /** Environment variables besides those of {@linkcode startPeer}. */
  readonly env?: Readonly<Record<string, string>>;
  /** Returns the command that listens on the port. */
  command(port: number, tools: Tools): readonly string[];
}

/** Programs and folders that the commands of peers need. */
export interface Tools {
  readonly python: string;
  /** Folder with the peers' services and their Node packages. */
  readonly services: string;
  /** Folder of the FastAPI peer. */
  readonly fastApi: string;
}

/** The folder of this checkout. */
export const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

/** Every Python peer decodes, prepares and scores with these. */
const PYTHON = ["onnxruntime==1.32.0", "pillow==13.0.0", "numpy"];
const FORM = { path: "/model/predict", format: "form" } as const;

/** Returns the command of `deno task start` for a checkout of this project. */
function startCommand(root: string, port: number): string[] {
  const words = denoConfig.tasks.start.command.split(" ");
  const deno = words.indexOf("deno");
  // The permission set does not allow every folder of a bundle.
  const args = words.slice(deno + 1).map((word) => word === "-P=serve" ? "-A" : word);
  const settings = words.slice(0, deno);
  return ["env", "-C", root, ...settings, Deno.execPath(), ...args, "--port", String(port)];
}

/**
 * This project, from a checkout. `name` says which one. It takes the bundle at the same path in the checkout,
 * if there is one, because the form of manifests has changed.
 */
export function thisProject(name: string, root: string): Peer {
  return {
    ...FORM,
    name,
    installer: "none",
    packages: [],
    env: { LOG_FORMAT: "none" },
    modelDir(compared) {
      const own = resolve(root, relative(PROJECT, compared));
      return existsSync(`${own}/manifest.json`) ? own : compared;
    },
    command: (port) => startCommand(root, port),
  };
}

/** The services that a user would choose instead: two processes each, one native thread a session. */
export const PEERS: readonly Peer[] = [
  {
    ...FORM,
    name: "FastAPI, uvicorn",
    installer: "pip",
    packages: ["fastapi==0.165.0", "uvicorn[standard]==0.54.0", "python-multipart", ...PYTHON],
    env: { PEER_THREADS: "2" },
    command: (port, { python, fastApi }) => [
      ...["env", "-C", fastApi, python, "-m", "uvicorn", "fastapi_app:app", "--workers", "2"],
      ...["--port", String(port), "--no-access-log"],
    ],
  },
  {
    ...FORM,
    name: "LitServe",
    installer: "pip",
    packages: ["litserve==0.2.19", "python-multipart", ...PYTHON],
    command: (port, { python, services }) => [python, `${services}/litserve_app.py`, String(port)],
  },
  {
    ...FORM,
    name: "BentoML",
    installer: "pip",
    packages: ["bentoml==1.4.40", ...PYTHON],
    command: (port, { python, services }) => [
      ...["env", "-C", services, python, "-m", "bentoml", "serve", "bentoml_app:Predict"],
      ...["--host", "127.0.0.1", "--port", String(port)],
    ],
  },
  {
    name: "MLServer",
    installer: "pip",
    // Its Workers need the event loop that uvloop made by itself up to 0.21.
    packages: ["mlserver==1.7.1", "uvloop==0.21.0", ...PYTHON],
    path: "/v2/models/mitosis/infer",
    format: "open inference protocol",
    command: (port, { python, services }) => [
      ...["env", "-C", `${services}/mlserver`, `MLSERVER_HTTP_PORT=${port}`],
      ...[`MLSERVER_GRPC_PORT=${port + 1}`, `MLSERVER_METRICS_PORT=${port + 2}`],
      ...[`PYTHONPATH=${services}`, `${dirname(python)}/mlserver`, "start", "."],
    ],
  },
  {
    ...FORM,
    name: "Hono on Node",
    installer: "npm",
    packages: [
      "hono@4.13.19",
      "@hono/node-server@2.1.8",
      "onnxruntime-node@1.30.0",
      "sharp@0.35.5",
    ],
    command: (port, { services }) => ["node", `${services}/hono_node.mjs`, String(port)],
  },
];
