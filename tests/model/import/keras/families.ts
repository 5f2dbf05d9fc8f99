import { TestNetwork } from "./test_network.ts";

/**
 * Builds deep-histopath's own ResNet for patches of 64, 100 or 128 pixels, with bottlenecks and
 * pre-activation.
 *
 * @param width Channels of the first convolution; 16 in IBM's network.
 */
export function customResNet(size: 64 | 100 | 128, width: number): TestNetwork {
  const network = new TestNetwork(size);
  const depths = [1, 2, 4, 8].map((factor) => factor * width) as [number, number, number, number];
  const bottlenecks = depths.map((depth) => depth / 4) as typeof depths;
  const block = (input: string, bottleneck: number, depth: number, strides: number) => {
    const first = network.conv(activated(network, input), bottleneck, 1, { strides });
    const second = network.conv(activated(network, first), bottleneck, 3, { padding: "same" });
    const third = network.conv(activated(network, second), depth, 1);
    return network.add(third, network.conv(input, depth, 1, { strides }));
  };
  let x = network.conv(network.input(size), depths[0], 3, { strides: 2, padding: "same" });
  for (let stage = 1; stage <= 3; stage++) {
    const [before, depth] = [bottlenecks[stage - 1] ?? 0, depths[stage] ?? 0];
    x = block(x, before, depth, stage === 1 ? 1 : 2);
    for (let i = 0; i < 2; i++) x = block(x, depth / 4, depth, 1);
  }
  const pooled = network.pool("Average", activated(network, x), { 64: 8, 100: 12, 128: 16 }[size]);
  network.flatten(network.conv(pooled, 1, 1));
  return network;
}

/** Appends a batch norm and a ReLU. */
function activated(network: TestNetwork, x: string): string {
  return network.relu(network.batchNorm(x));
}

/**
 * Builds Keras' VGG without its top, followed by Flatten and Dense as in deep-histopath.
 *
 * @param width Channels of the first block; 64 in Keras' network.
 */
export function vgg(layers: 16 | 19, size: number, width: number): TestNetwork {
  const network = new TestNetwork(layers);
  const convsPerBlock = layers === 16 ? [2, 2, 3, 3, 3] : [2, 2, 4, 4, 4];
  let x = network.input(size);
  for (const [block, count] of convsPerBlock.entries()) {
    const filters = width * Math.min(2 ** block, 8);
    for (let i = 1; i <= count; i++) {
      const name = `block${block + 1}_conv${i}`;
      x = network.conv(x, filters, 3, { name, padding: "same", activation: "relu" });
    }
    x = network.pool("Max", x, 2, { strides: 2 });
  }
  network.dense(network.flatten(x), 1);
  return network;
}

/**
 * Builds Keras' ResNet-50 without its top, followed by Flatten and Dense as in deep-histopath. It
 * has post-activation bottlenecks, identity shortcuts, and strides in the first 1 x 1 convolution
 * of a stage.
 *
 * @param width Channels of the first convolution; 64 in Keras' network.
 */
export function resNet50(size: number, width: number): TestNetwork {
  const network = new TestNetwork(50);
  const normalized = (x: string) => network.batchNorm(x);
  const branch = (input: string, filters: number, strides: number) => {
    const a = network.relu(normalized(network.conv(input, filters, 1, { strides })));
    const b = network.relu(normalized(network.conv(a, filters, 3, { padding: "same" })));
    return normalized(network.conv(b, 4 * filters, 1));
  };
  const padded = network.zeroPadding(network.input(size), [3, 3], [3, 3]);
  const first = network.conv(padded, width, 7, { strides: 2, name: "conv1" });
  let x = network.relu(network.batchNorm(first, "bn_conv1"));
  x = network.pool("Max", x, 3, { strides: 2 });
  for (const [stage, count] of [3, 4, 6, 3].entries()) {
    const filters = width * 2 ** stage;
    const strides = stage === 0 ? 1 : 2;
    const shortcut = normalized(network.conv(x, 4 * filters, 1, { strides }));
    x = network.relu(network.add(branch(x, filters, strides), shortcut));
    for (let i = 1; i < count; i++) x = network.relu(network.add(branch(x, filters, 1), x));
  }
  network.dense(network.flatten(network.pool("Average", x, network.shapeOf(x)[0] ?? 1)), 1);
  return network;
}

/** Builds a network of every supported layer, with options that the networks above do not use. */
export function everyLayer(): TestNetwork {
  const network = new TestNetwork(7);
  const padded = network.zeroPadding(network.input(23, 31), [1, 2], [0, 3]);
  const strided = network.conv(padded, 6, 4, { strides: 3, padding: "same", bias: false });
  const dilated = network.conv(strided, 6, 3, { padding: "same", dilation: 2 });
  const sum = network.add(network.relu(network.batchNorm(dilated), "ReLU"), strided, dilated);
  const averaged = network.pool("Average", sum, 3, { strides: 2, padding: "same" });
  const pooled = network.pool("Max", averaged, 2, { strides: 2, padding: "same" });
  const global = network.dropout(network.globalAverage(pooled));
  network.dense(network.dense(global, 5, "relu"), 1, "sigmoid");
  return network;
}
