/**
 * Health check for a container image without a shell. The exit code is 0 when the service is ready.
 */
const port = Deno.env.get("PORT") ?? "5000";
try {
  const { ok } = await fetch(`http://127.0.0.1:${port}/v2/health/ready`);
  Deno.exit(ok ? 0 : 1);
} catch {
  Deno.exit(1);
}
