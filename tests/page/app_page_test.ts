import { deepEqual, match } from "node:assert/strict";
import { openBrowser } from "../browser.ts";
import { browserTest } from "../optional.ts";
import { listen } from "../service.ts";

browserTest("a visitor opens the synthetic samples on the page and sees the mitoses", async () => {
  await using service = await listen();
  await using browser = await openBrowser();
  const page = await browser.newPage(service.url);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(`${service.url}app`);
  await page.getByRole("button", { name: "Try the synthetic samples" }).click();
  await page.getByText("2 with a mitosis").waitFor();
  const field = page.getByRole("button", { name: /field\.png/ }).first();
  await page.getByText(/^\d+ mitoses$/).first().waitFor();
  await field.click();
  await page.waitForTimeout(1000);
  await page.screenshot({ path: "results/app.png" });
  match(await page.locator("body").innerText(), /For research use only\. Not for diagnostic use\./);
  deepEqual(errors, []);
  deepEqual(browser.refused, []);
});
