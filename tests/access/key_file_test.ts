import { deepEqual, equal, match, rejects, throws } from "node:assert/strict";
import { readConfig } from "../../src/config.ts";
import { serviceWithoutModel, startService, type TestService } from "../service.ts";

/** Longer than a change of the file takes to count, in milliseconds. */
const MAX_WAIT_MS = 8000;

/** A key file in a folder of its own. */
async function keyFile(text: string) {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/keys`;
  await Deno.writeTextFile(path, text);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}

/** Returns which of the keys are accepted. */
async function acceptedOf(service: TestService, keys: readonly string[]): Promise<string[]> {
  const accepted: string[] = [];
  for (const key of keys) {
    const response = await service.request("/model/metadata", { headers: { "x-api-key": key } });
    await response.body?.cancel();
    if (response.status === 200) accepted.push(key);
  }
  return accepted;
}

/** Waits until exactly these of the keys are accepted. */
async function waitForKeys(service: TestService, keys: string[], expected: string[]) {
  const until = Date.now() + MAX_WAIT_MS;
  let accepted = await acceptedOf(service, keys);
  while (accepted.join() !== expected.join() && Date.now() < until) {
    await sleep(100);
    accepted = await acceptedOf(service, keys);
  }
  deepEqual(accepted, expected);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

Deno.test("keys are added to the key file and revoked while the service runs", async () => {
  await using file = await keyFile("# ours\nold\n");
  await using service = await startService({ API_KEYS_FILE: file.path });
  deepEqual(await acceptedOf(service, ["old", "new"]), ["old"]);
  await Deno.writeTextFile(file.path, "new\n");
  await waitForKeys(service, ["old", "new"], ["new"]);
});

for (const text of ["", "\n\n", "# no key yet\n", "cut-off"]) {
  Deno.test(`a key file with ${JSON.stringify(text)} is refused at the start`, async () => {
    await using file = await keyFile(text);
    await rejects(startService({ API_KEYS_FILE: file.path }), (thrown: Error) => {
      match(thrown.message, /^API_KEYS_FILE is '.*', which cannot be used: /);
      match(thrown.message, text === "cut-off" ? /no line break/ : /has no key/);
      return true;
    });
  });
}

Deno.test("until the key file is read, nobody is let in", async () => {
  await using file = await keyFile("right\n");
  const request = serviceWithoutModel({ API_KEYS_FILE: file.path });
  for (const path of ["/metrics", "/model/metadata"]) {
    const response = await request(path, { headers: { "x-api-key": "right" } });
    await response.body?.cancel();
    equal(response.status, 401, path);
  }
});

Deno.test("a half-written key file makes no prefix of a key valid, and revokes none", async () => {
  await using file = await keyFile("first-key\nsecond-key\n");
  await using service = await startService({ API_KEYS_FILE: file.path });
  const keys = ["first-key", "second-key", "third", "third-key"];
  // The file is emptied, written in parts, and its writer stops for a while within a key.
  for (const part of ["", "first-key\n", "first-key\nsecond-key\nthird"]) {
    await Deno.writeTextFile(file.path, part);
    const until = Date.now() + (part.endsWith("third") ? 4500 : 600);
    while (Date.now() < until) {
      deepEqual(await acceptedOf(service, keys), ["first-key", "second-key"], JSON.stringify(part));
      await sleep(50);
    }
  }
  match(service.logged.join("\n"), /last keys stay valid: its last line has no line break/);
  await Deno.writeTextFile(file.path, "first-key\nthird-key\n");
  await waitForKeys(service, keys, ["first-key", "third-key"]);
});

Deno.test("a list of API keys without a key is refused at the start", () => {
  for (const typed of [" , ", ",", ",,"]) {
    throws(
      () => readConfig((name) => name === "API_KEYS" ? typed : undefined),
      /^Problem: API_KEYS is '.*'; it must be a list with at least one item, or empty\.$/,
    );
  }
});
