import { fileURLToPath } from "node:url";
import { match, ok } from "node:assert/strict";
import { openBrowser } from "../browser.ts";
import { browserTest } from "../optional.ts";
import { listen, startService } from "../service.ts";

browserTest("a visitor uploads a sample on the docs page and sees its probability", async () => {
  await using service = await listen();
  await using browser = await openBrowser();
  const page = await browser.newPage(service.url);
  await page.goto(service.url);
  const operation = page.locator("#operations-model-predict");
  await operation.locator(".opblock-summary").click();
  const file = fileURLToPath(new URL("../../model/samples/metaphase.png", import.meta.url));
  await operation.locator("input[type=file]").first().setInputFiles(file);
  await operation.getByRole("button", { name: "Execute" }).click();
  const answer = operation.locator(".live-responses-table .response").first();
  await answer.waitFor();
  const text = await answer.innerText();
  await page.screenshot({ path: "results/docs-page.png", fullPage: true });
  match(text, /^200/);
  const [, probability] = /"probability": ([\d.]+)/.exec(text) ?? [];
  const { selfTest } = service.classifier.bundle.manifest;
  ok(Math.abs(Number(probability) - selfTest.probability) <= selfTest.tolerance, text);
  ok(browser.refused.length === 0, `requests to other servers: ${browser.refused.join(", ")}`);
});

browserTest(
  "a visitor authorizes with an API key on the docs page and gets an answer",
  async () => {
    await using service = await listen({ API_KEYS: "a-key" });
    await using browser = await openBrowser();
    const page = await browser.newPage(service.url);
    await page.goto(service.url);
    const operation = page.locator("#operations-model-metadata");
    await operation.locator(".opblock-summary").first().click();
    const status = operation.locator(".live-responses-table .response .response-col_status")
      .first();
    const execute = operation.getByRole("button", { name: "Execute" });
    await execute.click();
    await status.filter({ hasText: "401" }).waitFor();

    await page.getByRole("button", { name: "Authorize" }).first().click();
    const dialog = page.locator(".dialog-ux");
    await dialog.locator("input[type=text], input[type=password]").first().fill("a-key");
    await dialog.getByRole("button", { name: "Apply credentials" }).first().click();
    await dialog.getByRole("button", { name: "Close" }).first().click();
    await execute.click();
    await status.filter({ hasText: "200" }).waitFor();
  },
);

Deno.test("the docs page loads nothing from other servers and shows the intended use", async () => {
  await using service = await startService();
  const page = await service.request("/");
  match(page.headers.get("content-security-policy") ?? "", /default-src 'self'/);
  const text = await page.text();
  ok(!/(src|href)="(https?:)?\/\//.test(text));
  match(text, /For research use only/);
});
