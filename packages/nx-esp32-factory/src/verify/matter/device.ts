/** A device of matter.js that is made only from the data of an image. */
import { type DeviceInstanceInfoData, PRODUCT_COLORS, PRODUCT_FINISHES } from 'nvs-core';
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
      basicInformation: basicInformationOf(device),
    },
  );
  await server.start();
  return server;
}

/** The attributes that the firmware reads from an image; the others keep the defaults of the stack. */
function basicInformationOf({ vendorId, productId, info }: VirtualDevice): Record<string, unknown> {
  const { productFinish, productColor } = info;
  const appearance =
    productFinish === undefined
      ? undefined
      : {
          finish: PRODUCT_FINISHES.indexOf(productFinish),
          primaryColor: productColor === undefined ? null : PRODUCT_COLORS.indexOf(productColor),
        };
  const given = {
    vendorName: info.vendorName,
    productName: info.productName,
    serialNumber: info.serialNumber,
    hardwareVersion: info.hardwareVersion,
    hardwareVersionString: info.hardwareVersionString,
    manufacturingDate: attributeDate(info.manufacturingDate),
    partNumber: info.partNumber,
    productUrl: info.productUrl,
    productLabel: info.productLabel,
    productAppearance: appearance,
  };
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return { vendorId, productId, ...Object.fromEntries(present) };
}

/** A date as the attribute has it, YYYYMMDD and a suffix, also from YYYY-MM-DD. */
export function attributeDate(date: string | undefined): string | undefined {
  return date?.replace(/^(\d{4})-(\d{2})-(\d{2})/, '$1$2$3');
}
