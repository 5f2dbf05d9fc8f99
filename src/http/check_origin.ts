import type { Context, MiddlewareHandler } from "hono";
import { Problem } from "../errors.ts";
import type { AppConfig, AppEnv } from "./app_context.ts";

/** The names of this machine in a Host header. */
const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

/** The addresses at which only programs of this machine reach the service. */
const LOOPBACK_ADDRESSES = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i;

/** Returns whether a name or address is reached from this machine only. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_ADDRESSES.test(host);
}

/** The methods that change nothing. Pages of all origins may use them. */
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Creates the middleware that refuses unknown host names in the Host header. It acts when the service
 * listens on a loopback address, or ALLOWED_HOSTS is set without `*`. It prevents DNS rebinding: a
 * malicious web page cannot reach the service by pointing its own host name to 127.0.0.1.
 */
export function requireKnownHost(
  { host, allowedHosts }: Pick<AppConfig, "host" | "allowedHosts">,
): MiddlewareHandler<AppEnv> {
  const isOpen = allowedHosts.includes("*") ||
    (allowedHosts.length === 0 && !isLoopback(host));
  const known = new Set([...LOOPBACK_HOSTS, ...allowedHosts.map((name) => name.toLowerCase())]);
  return async function requireKnownHost(c, next) {
    const received = c.req.header("host");
    if (!isOpen && received !== undefined) {
      const name = received.replace(/:\d*$/, "").toLowerCase();
      // Any address of 127.0.0.0/8 is this machine.
      if (!known.has(name) && !isLoopback(name)) {
        throw new Problem(
          "host_not_allowed",
          `The request names the host '${name.slice(0, 80)}'; this service answers to ` +
            `${[...known].join(", ")}. Add a name with ALLOWED_HOSTS.`,
        );
      }
    }
    await next();
  };
}

/**
 * Creates the middleware that refuses POST requests and the like from web pages of other origins, unless
 * CORS allows the origin. Without it, any web page could send a form to this service. Browsers send
 * `Sec-Fetch-Site` or `Origin`. Other clients send neither and are not affected.
 */
export function refuseCrossSite(
  { corsEnable, corsOrigins }: Pick<AppConfig, "corsEnable" | "corsOrigins">,
): MiddlewareHandler<AppEnv> {
  return async function refuseCrossSite(c, next) {
    if (!SAFE_METHODS.has(c.req.method) && isFromOtherOrigin(c)) {
      const origin = c.req.header("origin") ?? "another site";
      if (!corsEnable || !(corsOrigins.includes("*") || corsOrigins.includes(origin))) {
        throw new Problem(
          "origin_not_allowed",
          `The request comes from a web page of ${origin.slice(0, 80)}, and this service does ` +
            `not accept ${c.req.method} requests from there. Allow its pages with CORS_ENABLE and ` +
            "CORS_ORIGINS.",
        );
      }
    }
    await next();
  };
}

function isFromOtherOrigin(c: Context<AppEnv>): boolean {
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  const origin = c.req.header("origin");
  if (origin === undefined) return false;
  // A proxy may put its own name into Host. A page cannot set X-Forwarded-Host unless CORS allows it.
  const hosts = [c.req.header("host"), c.req.header("x-forwarded-host")?.split(",", 1)[0]?.trim()];
  const named = URL.canParse(origin) ? new URL(origin).host : origin;
  return !hosts.some((host) => host !== undefined && sameHost(host, named));
}

/** Compares two hosts with their ports; the ports 80 and 443 are the same as none. */
function sameHost(a: string, b: string): boolean {
  const normalize = (host: string) => host.toLowerCase().replace(/:(80|443)$/, "");
  return normalize(a) === normalize(b);
}
