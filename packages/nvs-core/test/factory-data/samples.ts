import { computeVerifier } from '../../src/commissioning';
import { p256MultiplyBase } from '../../src/crypto/p256';
import type { FactoryData } from '../../src/factory-data';

const salt = Uint8Array.from({ length: 16 }, (_, index) => 0xa0 + index);
const dacKey = Uint8Array.from({ length: 32 }, (_, index) => index + 1);

/** Factory data with every field, of no real device. */
export const sample = {
  commissioning: {
    discriminator: 0,
    iterations: 1000,
    salt,
    verifier: computeVerifier({ passcode: 34567890, salt, iterations: 1000 }).bytes,
    deviceType: 0x100,
    locationCapability: 2,
  },
  attestation: {
    dac: Uint8Array.of(0x30, 1),
    dacKey,
    dacPublicKey: p256MultiplyBase(dacKey),
    pai: Uint8Array.of(0x30, 2),
    certificationDeclaration: Uint8Array.of(0x30, 3),
  },
  deviceInstanceInfo: {
    vendorId: 0xfff1,
    vendorName: 'Tëst',
    productId: 0x8000,
    productName: 'Lamp',
    serialNumber: 'S1',
    hardwareVersion: 0,
    hardwareVersionString: 'v1',
    manufacturingDate: '2024-02-29ab',
    rotatingDeviceIdUniqueId: new Uint8Array(16),
    productLabel: 'label',
    productUrl: 'https://example.com',
    partNumber: 'P1',
    productFinish: 'fabric',
    productColor: 'gold',
  },
  deviceInfo: {
    calendarTypes: ['Buddhist', 'Taiwanese'],
    locales: ['en-US', 'zh-Hans-CN'],
    fixedLabels: [
      { endpoint: 1, label: 'room', value: 'bed' },
      { endpoint: 26, label: 'floor', value: '' },
      { endpoint: 1, label: 'side', value: 'left' },
    ],
    supportedModes: [
      {
        endpoint: 31,
        label: 'quiet',
        mode: 7,
        semanticTags: [
          { value: 1, manufacturerCode: 0xfff1 },
          { value: 2, manufacturerCode: 0 },
        ],
      },
      { endpoint: 31, label: 'loud', mode: 8 },
    ],
  },
} as const satisfies FactoryData;
