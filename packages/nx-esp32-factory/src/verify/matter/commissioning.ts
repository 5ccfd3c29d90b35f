/** Commissions a virtual device of an image in memory, without opening a socket or writing a file. */
import * as nodeCrypto from 'node:crypto';
import type { CdSigner, Certificate } from 'nvs-core';
import { commission, findDevice, readBasicInformation, startController } from './controller';
import { startDevice, type VirtualDevice } from './device';
import { reasonOf } from './notes';
import type { AttestationNote, Environment, MatterStack, ServerNode } from './stack';
import { trustStoreOf } from './trust';

/** All the information that the controller has. */
export interface ControllerKnowledge {
  readonly qrCode: string;
  readonly paas: readonly Certificate[];
  readonly cdSigners: readonly CdSigner[];
}

/** The result of a commissioning; attributes only if it succeeded. */
export interface CommissioningResult {
  readonly notes: readonly AttestationNote[];
  readonly failure?:
    | { readonly step: 'device' | 'pase' | 'commissioning'; readonly reason: string }
    | { readonly step: 'discovery'; readonly discriminator: number };
  readonly attributes: ReadonlyMap<number, unknown>;
}

/** Far more than a busy machine needs: if the stack hangs, CI must not. */
const DEADLINE_MILLISECONDS = 60_000;

/** Commissions a virtual device with its QR code, and reads attributes of its Basic Information. */
export async function commissionVirtually(
  stack: MatterStack,
  device: VirtualDevice,
  { qrCode, paas, cdSigners }: ControllerKnowledge,
  attributeIds: readonly number[],
): Promise<CommissioningResult> {
  const node = stack.node();
  const simulator = new stack.general.NetworkSimulator();
  const nodes: ServerNode[] = [];
  const notes: AttestationNote[] = [];
  const attributes = new Map<number, unknown>();
  const deadline = createDeadline();
  const end = (failure?: CommissioningResult['failure']): CommissioningResult => ({
    notes,
    attributes,
    ...(failure === undefined ? {} : { failure }),
  });
  const pase = new AbortController();
  try {
    try {
      const environment = createEnvironment(stack, 'device', simulator.addHost(1));
      nodes.push(await startDevice(stack, node, environment, device, () => pase.abort()));
    } catch (error) {
      return end({ step: 'device', reason: reasonOf(error) });
    }
    const environment = createEnvironment(stack, 'controller', simulator.addHost(2));
    const controller = await startController(stack, node, environment, trustStoreOf(paas, cdSigners));
    nodes.push(controller);
    const { peer, passcode, discriminator } = await findDevice(stack, controller, qrCode);
    if (peer === undefined) return end({ step: 'discovery', discriminator });
    await deadline.race(commission(stack, peer, { passcode, abort: pase.signal, notes }));
    const values = await deadline.race(readBasicInformation(stack, peer, attributeIds));
    for (const [id, value] of values) attributes.set(id, value);
    return end();
  } catch (error) {
    return end({ step: pase.signal.aborted ? 'pase' : 'commissioning', reason: reasonOf(error) });
  } finally {
    deadline.clear();
    // Errors during shutdown do not concern the device.
    for (const one of nodes.reverse()) await one.close().catch(() => undefined);
  }
}

/** An environment with its own memory; `network` is a host of a simulator, or the real network. */
export function createEnvironment({ general }: MatterStack, name: string, network: object): Environment {
  const environment = new general.Environment(name);
  const crypto = new general.NodeJsStyleCrypto(nodeCrypto);
  environment.set(general.Entropy, crypto);
  environment.set(general.Crypto, crypto);
  environment.set(general.Network, network);
  const storage = new general.StorageService(environment);
  storage.registerDriver(general.MemoryStorageDriver);
  storage.defaultDriver = general.MemoryStorageDriver.id;
  environment.set(general.StorageService, storage);
  return environment;
}

function createDeadline() {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    const error = new Error(`it did not end within ${DEADLINE_MILLISECONDS / 1000} s`);
    timer = setTimeout(() => reject(error), DEADLINE_MILLISECONDS);
  });
  // The rejection may be unhandled when it passes.
  passed.catch(() => undefined);
  return { race: <T>(work: Promise<T>) => Promise.race([work, passed]), clear: () => clearTimeout(timer) };
}
