/**
 * A server that does nothing but answer, in a process of its own. What its answers take is what the machine
 * makes any server wait. It prints its port.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const server = createServer((_request, response) => response.end("ok"));
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
