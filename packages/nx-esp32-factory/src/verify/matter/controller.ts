/** A controller of matter.js that has a QR code and a trust store, and no other information about the device. */
import type {
  AttestationNote,
  Environment,
  MatterNode,
  MatterStack,
  Peer,
  ServerNode,
  TrustStore,
} from './stack';
import { isAccepted } from './trust';

const PORT = 5540;
/** Network and device are in this process, so a device answers immediately. */
const DISCOVERY_SECONDS = 2;
/** Enough to prove the passcode with 100000 iterations on a slow machine. */
const PASE_SECONDS = 20;

export async function startController(
  { protocol }: MatterStack,
  node: MatterNode,
  environment: Environment,
  trust: TrustStore,
): Promise<ServerNode> {
  environment.set(protocol.DclCertificateService, trust);
  const server = await node.ServerNode.create(node.ServerNode.RootEndpoint.with(node.ControllerBehavior), {
    environment,
    id: 'controller',
    network: { port: PORT, ble: false },
    commissioning: { enabled: false },
    controller: { adminFabricLabel: 'verify', ble: false },
  });
  await server.start();
  return server;
}

/** Finds the device with the discriminator of a QR code; `peer` is undefined if none answers. */
export async function findDevice(
  { general, types }: MatterStack,
  controller: ServerNode,
  qrCode: string,
): Promise<{ readonly peer: Peer | undefined; readonly passcode: number; readonly discriminator: number }> {
  const [code] = types.QrPairingCodeCodec.decode(qrCode);
  const { discriminator = 0, passcode = 0 } = code ?? {};
  try {
    const timeout = general.Seconds(DISCOVERY_SECONDS);
    const peer = await controller.peers.locate({ longDiscriminator: discriminator, timeout });
    return { peer, passcode, discriminator };
  } catch (error) {
    if (!/not found/i.test(String((error as Error).message))) throw error;
    return { peer: undefined, passcode, discriminator };
  }
}

/** Commissions a device; errors and warnings of the attestation end it, and all are added to `notes`. */
export async function commission(
  { general }: MatterStack,
  peer: Peer,
  { passcode, abort, notes }: { passcode: number; abort: AbortSignal; notes: AttestationNote[] },
): Promise<void> {
  await peer.commission({
    passcode,
    timeout: general.Seconds(PASE_SECONDS),
    autoSubscribe: false,
    abort,
    onAttestationFailure: (found) => {
      notes.push(...found);
      return isAccepted(found);
    },
  });
}

const BASIC_INFORMATION = 0x28;

/** Reads attributes of the Basic Information cluster, by their ids, over the secure session. */
export async function readBasicInformation(
  { protocol }: MatterStack,
  peer: Peer,
  ids: readonly number[],
): Promise<ReadonlyMap<number, unknown>> {
  const attributes = ids.map((attributeId) => ({ endpointId: 0, clusterId: BASIC_INFORMATION, attributeId }));
  const values = new Map<number, unknown>();
  for await (const chunk of peer.interaction.read(protocol.Read({ attributes, fabricFilter: true }))) {
    for (const { kind, path, value } of chunk) {
      if (kind === 'attr-value') values.set(path.attributeId, value);
    }
  }
  return values;
}
