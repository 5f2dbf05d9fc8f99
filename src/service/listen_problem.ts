import { messageOf, Problem } from "../errors.ts";

/** An address that cannot be listened on, and the setting that its port comes from. */
interface ListenAddress {
  readonly host: string;
  readonly port: number;
  readonly portSetting: "PORT" | "METRICS_PORT";
}

/** The message for each error code of the operating system. */
const REASONS: Readonly<Record<string, (address: ListenAddress, os: string) => string>> = {
  EADDRINUSE: ({ port, portSetting }, os) =>
    `${portSetting} is ${port}, which another program listens on. Stop that program, or choose ` +
    `another port with ${optionOf(portSetting)}${airPlayHint(port, os)}.`,
  EACCES: ({ port, portSetting }) =>
    `${portSetting} is ${port}, which this user may not listen on; the system reserves low ports. ` +
    `Choose a port from 1024 with ${optionOf(portSetting)}.`,
  EADDRNOTAVAIL: notOfThisMachine,
  EINVAL: notOfThisMachine,
  ENOTFOUND: notFound,
  EAI_AGAIN: notFound,
};

/**
 * Checks that Deno's permissions allow listening on an address. Without this check, Deno would throw
 * where no caller can catch the error.
 *
 * @throws {Problem} `config_invalid`.
 */
export function checkListenPermission({ host, port }: Pick<ListenAddress, "host" | "port">): void {
  const name = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  let state: Deno.PermissionState;
  try {
    ({ state } = Deno.permissions.querySync({ name: "net", host: `${name}:${port}` }));
  } catch {
    throw new Problem("config_invalid", notFound({ host }));
  }
  if (state === "granted") return;
  throw new Problem(
    "config_invalid",
    `HOST is '${host}', which the program has no permission to listen on. It may listen on ` +
      "127.0.0.1, ::1, 0.0.0.0 and ::; for another address of this machine start it with deno's " +
      `option --allow-net=${name}.`,
  );
}

/**
 * Explains why the service cannot listen on an address.
 *
 * @param thrown The error that listening has thrown.
 * @param os The operating system. On macOS, AirPlay may hold ports 5000 and 7000.
 * @returns A problem `config_invalid` whose message names the setting, its value and what to do.
 */
export function listenProblem(
  thrown: unknown,
  address: ListenAddress,
  os: string = Deno.build.os,
): Problem {
  const reason = thrown instanceof Error ? REASONS[codeOf(thrown)] : undefined;
  const message = reason?.(address, os) ??
    `The service cannot listen on ${address.host}, port ${address.port}: ${messageOf(thrown)}.`;
  return new Problem("config_invalid", message, { cause: thrown });
}

/** Returns the code of a system error, or the name of one of Deno's errors. */
function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

function optionOf(setting: ListenAddress["portSetting"]): string {
  return setting === "PORT" ? "--port" : "--metrics-port";
}

function airPlayHint(port: number, os: string): string {
  const isTaken = os === "darwin" && (port === 5000 || port === 7000);
  return isTaken
    ? `, for example 5001. On macOS the AirPlay Receiver holds port ${port}; it can be turned ` +
      "off in the System Settings, under AirDrop & Handoff"
    : "";
}

function notOfThisMachine({ host }: Pick<ListenAddress, "host">): string {
  return `HOST is '${host}', which is no address of this machine; use 127.0.0.1 for this machine ` +
    "only, or 0.0.0.0 for all its addresses.";
}

function notFound({ host }: Pick<ListenAddress, "host">): string {
  return `HOST is '${host}', which is neither an IP address nor a name that can be resolved; use ` +
    "127.0.0.1 for this machine only, or 0.0.0.0 for all its addresses.";
}
