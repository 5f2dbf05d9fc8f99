import { fileURLToPath } from "node:url";
import { deepEqual, equal, ok } from "node:assert/strict";
import { parse, parseAllDocuments } from "npm:yaml@2.9.1";
import denoJson from "../../deno.json" with { type: "json" };
import { checkerTest, kubectl, kubectlTest } from "../optional.ts";
import { run } from "./container/root.ts";

const folder = fileURLToPath(new URL("../../deploy/kubernetes/", import.meta.url));

const overlays = ["embedded", "ibm"];

/** What kustomize makes of an overlay. */
function build(overlay: string): Promise<string> {
  return run(kubectl, "kustomize", `${folder}overlays/${overlay}`);
}

checkerTest("the manifests fit Kubernetes' schemas", ["kubernetes-validate"], async (validate) => {
  const file = await Deno.makeTempFile({ suffix: ".yaml" });
  try {
    const texts = await Promise.all(overlays.map(build));
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
        of("PodDisruptionBudget").spec.selector.matchLabels,
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
