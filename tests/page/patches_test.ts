/// <reference lib="dom" />
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { browserTest } from "../optional.ts";
import { formWith, post, sample } from "../service.ts";
import { visit } from "./visitor.ts";

browserTest("dropped patches are shown with the probabilities of the service", async () => {
  await using visitor = await visit();
  const { page, service } = visitor;
  const names = ["stroma", "metaphase", "interphase", "anaphase"];
  const files = await Promise.all(names.map(sample));
  await visitor.drop(
    ...files.map((bytes, i) => ({ name: `${names[i]}.png`, bytes, type: "image/png" })),
  );
  await visitor.waitForAnnouncement(/Patches with a mitosis: 2 of 4/);

  const { predictions } = await (await service.request("/model/predict", post(formWith(...files))))
    .json() as { predictions: { probability: number }[] };
  const expected = predictions
    .map(({ probability }, i) => `${names[i]}.png ${probability.toFixed(3)}`)
    .sort((a, b) => Number(b.split(" ")[1]) - Number(a.split(" ")[1]));
  const shown = await page.locator(".patch").evaluateAll((patches) =>
    patches.map((patch) =>
      [".patch-name", ".patch-result strong"].map((part) => patch.querySelector(part)?.textContent)
        .join(" ")
    )
  );
  deepEqual(shown.toSorted(), expected.toSorted());
  match(shown[0] ?? "", /phase/);

  await page.getByLabel("Sort by").selectOption("name");
  equal(await page.locator(".patch-name").first().innerText(), "anaphase.png");

  await page.getByRole("button", { name: "No mitosis: metaphase.png" }).click();
  await visitor.waitForCount("with a mitosis", "1");
  const { bytes } = await visitor.exportAs("CSV");
  const [header, ...lines] = new TextDecoder().decode(bytes).trim().split("\r\n");
  equal(header, "file,probability,mitosis,decision,threshold");
  equal(lines.length, 4);
  match(lines[0] ?? "", /^stroma\.png,0\.\d+,false,undecided,0\.965$/);
  match(lines[1] ?? "", /^metaphase\.png,0\.\d+,false,rejected,0\.965$/);
  deepEqual(visitor.consoleErrors, []);
});

browserTest("a patch can be pasted", async () => {
  await using visitor = await visit();
  await visitor.page.evaluate((bytes) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([new Uint8Array(bytes)], "image.png", { type: "image/png" }));
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
  }, [...await sample("metaphase")]);
  await visitor.waitForAnnouncement(/Patches with a mitosis: 1 of 1/);
});

browserTest("the occlusion map of a patch shows what its probability depends on", async () => {
  await using visitor = await visit();
  const { page, service } = visitor;
  const { probability } = service.classifier.bundle.manifest.selfTest;
  await visitor.drop({ name: "metaphase.png", bytes: await sample("metaphase") });
  await page.getByRole("button", { name: "Explain metaphase.png" })
    .click();
  const said = page.getByRole("dialog").getByText(
    `Probability ${probability.toFixed(3)}. Covering the most orange place`,
  );
  await said.waitFor();
  const [, drop] = /lowers it by (\d\.\d+)/.exec(await said.innerText()) ?? [];
  const patch = post(formWith(await sample("metaphase")));
  const { masked } = await (await service.request("/model/explain", patch)).json() as {
    masked: number[][];
  };
  const largest = probability - Math.min(...masked.flat());
  ok(
    Math.abs(Number(drop) - largest) < 0.001,
    `the page says ${drop}, but the service says ${largest}`,
  );
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  equal(
    await page.evaluate(() => document.activeElement?.getAttribute("aria-label")),
    "Explain metaphase.png",
    "the focus is back on the button",
  );
});

browserTest(
  "a file that cannot be opened is listed with the reason, and the others are scored",
  async () => {
    await using visitor = await visit();
    const { page } = visitor;
    const patch = await sample("metaphase");
    await visitor.drop(
      { name: "notes.png", bytes: new TextEncoder().encode("12 mitoses, says the resident") },
      { name: "cut.png", bytes: patch.slice(0, 3000) },
      { name: "good.png", bytes: patch },
    );
    await visitor.waitForAnnouncement(/Patches with a mitosis: 1 of 1/);
    const alerts = await page.getByRole("alert").allInnerTexts();
    equal(alerts.length, 2);
    match(
      alerts[0] ?? "",
      /notes\.png\s+The file is not a PNG, JPEG or TIFF/,
    );
    match(alerts[1] ?? "", /cut\.png\s+This PNG is damaged or cut off/);
  },
);
