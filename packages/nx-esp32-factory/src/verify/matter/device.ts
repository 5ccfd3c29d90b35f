/** A device of matter.js that is made from an image alone. */
import type { DeviceInstanceInfoData } from 'nvs-core';
import { attributesOf } from './attributes';
import type { Environment, MatterNode, MatterStack, ServerNode } from './stack';

/** All the data in the partitions of a device that commissioning requires. */
export interface VirtualDevice {
  readonly discriminator: number;
  readonly iterations: number;
  readonly salt: Uint8Array;
  readonly verifier: Uint8Array;
  readonly dac: Uint8Array;
  /** Private scalar, 32 bytes. */
  readonly dacKey: Uint8Array;
  readonly pai: Uint8Array;
  readonly cd: Uint8Array;
  readonly vendorId: number;
  readonly productId: number;
  readonly info: DeviceInstanceInfoData;
  readonly deviceType: number | undefined;
}

/** RootNode, which a device without a device type advertises. */
const DEFAULT_DEVICE_TYPE = 0x0016;
const PORT = 5540;

/**
 * Starts the device. Its commissioning server has only the verifier, not the passcode, and its credentials are the given
 * ones, unchecked. `onPaseFailure` is called if a controller fails to prove the passcode.
 */
export async function startDevice(
  { protocol, general }: MatterStack,
  node: MatterNode,
  environment: Environment,
  device: VirtualDevice,
  onPaseFailure: () => void,
): Promise<ServerNode> {
  class ImageCommissioningServer extends node.CommissioningServer {
    async enterCommissionableMode(): Promise<void> {
      await this.env.get(protocol.DeviceCommissioner).allowBasicCommissioning();
      const { verifier, iterations, salt } = device;
      const server = protocol.PaseServer.fromVerificationValue(
        this.env.get(protocol.SessionManager),
        new Uint8Array(verifier),
        { iterations, salt: new Uint8Array(salt) },
      );
      const handle = server.handlePairingRequest.bind(server);
      server.handlePairingRequest = async (crypto, channel) => {
        try {
          await handle(crypto, channel);
        } catch (error) {
          onPaseFailure();
          throw error;
        }
      };
      // Replaces the server that allowBasicCommissioning made from a passcode, which an image does not have.
      this.env.get(protocol.SecureChannelProtocol).setPaseCommissioner(server);
    }
  }
  class ImageOperationalCredentialsServer extends node.OperationalCredentialsServer {
    async getCertification() {
      const certification = new protocol.DeviceCertification(this.env.get(general.Crypto), {
        privateKey: new Uint8Array(device.dacKey),
        certificate: new Uint8Array(device.dac),
        intermediateCertificate: new Uint8Array(device.pai),
        declaration: new Uint8Array(device.cd),
      });
      await certification.construction;
      return certification;
    }
  }
  const { vendorId, productId, info, discriminator, deviceType } = device;
  const server = await node.ServerNode.create(
    node.ServerNode.RootEndpoint.with(ImageCommissioningServer, ImageOperationalCredentialsServer),
    {
      environment,
      id: 'device',
      network: { port: PORT, ble: false },
      commissioning: { discriminator },
      productDescription: {
        name: info.productName ?? 'device',
        deviceType: deviceType ?? DEFAULT_DEVICE_TYPE,
        vendorId,
        productId,
      },
      // Attributes that the image does not have keep the defaults of the stack.
      basicInformation: Object.fromEntries(
        attributesOf(device).map(({ property, value }) => [property, value]),
      ),
    },
  );
  await server.start();
  return server;
}
