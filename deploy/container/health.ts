/** The container's health check, for an image without a shell: exits with 0 when it is ready. */
const port = Deno.env.get("PORT") ?? "5000";
try {
  const { ok } = await fetch(`http://127.0.0.1:${port}/v2/health/ready`);
  Deno.exit(ok ? 0 : 1);
} catch {
  Deno.exit(1);
}
