import { fileURLToPath } from "node:url";
import { deepEqual, equal, ok } from "node:assert/strict";
import { parse, parseAllDocuments } from "yaml";
import denoJson from "../../deno.json" with { type: "json" };
import { checkerTest } from "../optional.ts";
import { run } from "./container/root.ts";

const folder = fileURLToPath(new URL("../../deploy/kubernetes/", import.meta.url));

// deno-lint-ignore no-explicit-any
type Manifest = any;

for (const overlay of ["embedded", "ibm"]) {
  checkerTest(
    `the manifests of the overlay ${overlay} fit Kubernetes' schemas and one another`,
    ["kubernetes-validate"],
    async (validate) => {
      const text = await run("kubectl", "kustomize", `${folder}overlays/${overlay}`);
      const file = await Deno.makeTempFile({ suffix: ".yaml" });
      try {
        await Deno.writeTextFile(file, text);
        await run(validate, "--strict", file);
      } finally {
        await Deno.remove(file);
      }
      const all: Manifest[] = parseAllDocuments(text).map((one) => one.toJS());
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
            (one: Manifest) => one.labelSelector.matchLabels,
          ),
        ]
      ) deepEqual(selector, labels);
      equal(of("HorizontalPodAutoscaler").spec.scaleTargetRef.name, deployment.metadata.name);
      equal(container.image.split(":")[1].split("-")[0], denoJson.version);
      const ports = container.ports.map(({ name }: Manifest) => name);
      ok(ports.includes(of("Service").spec.ports[0].targetPort));
      ok(ports.includes(of("NetworkPolicy").spec.ingress[0].ports[0].port));
    },
  );
}

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
