import { fileURLToPath } from "node:url";
import { deepEqual, equal, ok } from "node:assert/strict";
import { parse, parseAllDocuments } from "npm:yaml@2.9.1";
import denoJson from "../../deno.json" with { type: "json" };
import { checkerTest, kubectl, kubectlTest } from "../optional.ts";
import { run } from "./container/root.ts";

const folder = fileURLToPath(new URL("../../deploy/kubernetes/", import.meta.url));

const overlays = ["embedded", "ibm", "slides"];

/** What kustomize makes of an overlay. */
function build(overlay: string): Promise<string> {
  return run(kubectl, "kustomize", `${folder}overlays/${overlay}`);
}

checkerTest("the manifests fit Kubernetes' schemas", ["kubernetes-validate"], async (validate) => {
  const file = await Deno.makeTempFile({ suffix: ".yaml" });
  try {
    const jobs = ["shards", "merge"].map((job) => Deno.readTextFile(`${folder}slides/${job}.yaml`));
    const texts = await Promise.all([...overlays.map(build), ...jobs]);
    await Deno.writeTextFile(file, texts.join("---\n"));
    await run(validate, "--strict", file);
  } finally {
    await Deno.remove(file);
  }
});

kubectlTest("the manifests of an overlay fit one another", async () => {
  for (const overlay of overlays) {
    const all = parseAllDocuments(await build(overlay)).map((one) => one.toJS());
    const of = (kind: string) => all.find((one) => one.kind === kind);
    const deployment = of("Deployment");
    const { labels } = deployment.spec.template.metadata;
    const [container] = deployment.spec.template.spec.containers;
    for (
      const selector of [
        deployment.spec.selector.matchLabels,
        of("Service").spec.selector,
        of("PodDisruptionBudget")?.spec.selector.matchLabels ?? labels,
        of("NetworkPolicy").spec.podSelector.matchLabels,
        ...deployment.spec.template.spec.topologySpreadConstraints.map(
          (one: { labelSelector: { matchLabels: unknown } }) => one.labelSelector.matchLabels,
        ),
      ]
    ) deepEqual(selector, labels);
    equal(of("HorizontalPodAutoscaler").spec.scaleTargetRef.name, deployment.metadata.name);
    equal(container.image.split(":")[1].split("-")[0], denoJson.version);
    const ports = container.ports.map(({ name }: { name: string }) => name);
    ok(ports.includes(of("Service").spec.ports[0].targetPort));
    ok(ports.includes(of("NetworkPolicy").spec.ingress[0].ports[0].port));
  }
});

kubectlTest(
  "the overlay of slides mounts its folders where the permissions allow them",
  async () => {
    const all = parseAllDocuments(await build("slides")).map((one) => one.toJS());
    const claims = all.filter(({ kind }) => kind === "PersistentVolumeClaim")
      .map(({ metadata }) => metadata.name);
    const { containers: [container], volumes } = all.find(({ kind }) => kind === "Deployment").spec
      .template.spec;
    for (
      const [variable, set, isReadOnly] of [
        ["SLIDES_DIR", denoJson.permissions.serve.read, true],
        ["RESULTS_DIR", denoJson.permissions.serve.write, undefined],
      ] as const
    ) {
      const { value } = container.env.find(({ name }: { name: string }) => name === variable);
      ok(set.includes(value), `${value} is not allowed`);
      const mount = container.volumeMounts.find((one: { mountPath: string }) =>
        one.mountPath === value
      );
      equal(mount.readOnly, isReadOnly);
      const volume = volumes.find(({ name }: { name: string }) => name === mount.name);
      ok(claims.includes(volume.persistentVolumeClaim.claimName));
    }
  },
);

Deno.test("the InferenceService runs the container as the Deployment does", async () => {
  const read = async (file: string) => parse(await Deno.readTextFile(`${folder}${file}`));
  const service = (await read("kserve/inference_service.yaml")).spec.predictor;
  const pod = (await read("base/deployment.yaml")).spec.template.spec;
  for (const key of ["securityContext", "terminationGracePeriodSeconds"]) {
    deepEqual(service[key], pod[key]);
  }
  const [ours, theirs] = [pod.containers[0], service.containers[0]];
  for (const key of ["env", "resources", "securityContext"]) deepEqual(theirs[key], ours[key]);
  equal(theirs.image.split(":")[1], denoJson.version);
});

Deno.test("the Jobs of slides run the image as its entry point does, and cover all shards", async () => {
  const read = async (file: string) => parse(await Deno.readTextFile(`${folder}${file}`));
  const deployment = (await read("base/deployment.yaml")).spec.template.spec;
  const dockerfile = await Deno.readTextFile(`${folder}../../Dockerfile`);
  const entrypoint: string[] = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? "[]");
  for (const file of ["shards", "merge"]) {
    const { spec } = await read(`slides/${file}.yaml`);
    const pod = spec.template.spec;
    const [container] = pod.containers;
    deepEqual(container.command, entrypoint.map((word) => word.replace("serve", "slide")));
    deepEqual(container.securityContext, deployment.containers[0].securityContext);
    const { fsGroup: _, fsGroupChangePolicy: __, ...user } = pod.securityContext;
    deepEqual(user, deployment.securityContext);
    equal(container.image.split(":")[1], denoJson.version);
    if (file === "merge") continue;
    const shards = container.env.find(({ name }: { name: string }) => name === "SHARDS");
    equal(shards.value, String(spec.completions));
  }
});
