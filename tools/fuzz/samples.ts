/** Good inputs, made by our own encoders, from which fuzzing starts. */
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  encodeFactoryData,
  encodeNvs,
  encodePartitionTable,
  encodePrivateKey,
  encodeSecureCert,
  type NvsItem,
  parseCertificate,
  parsePartitionTable,
  parsePrivateKey,
} from 'nvs-core';
import { toBase64, toHex, utf8 } from 'nvs-core/bytes';
import { sample } from '../../packages/nvs-core/test/factory-data/samples';

const ROOT = resolve(__dirname, '../..');
export const repositoryFile = (...path: string[]): Buffer => readFileSync(join(ROOT, ...path));
export const credential = (name: string) => repositoryFile('examples/light-app/credentials', name);

export const KEYS = { encryptionKey: new Uint8Array(32).fill(1), tweakKey: new Uint8Array(32).fill(2) };

export const nvsItems: readonly NvsItem[] = [
  { namespace: 'ns', key: 'u8', type: 'u8', value: 200 },
  { namespace: 'ns', key: 'i64', type: 'i64', value: -5n },
  { namespace: 'ns', key: 'text', type: 'string', value: 'Grüße,\n"Welt"' },
  { namespace: 'other', key: 'u8', type: 'u8', value: 1 },
  { namespace: 'other', key: 'blob', type: 'blob', value: new Uint8Array(4200).fill(7) },
  { namespace: 'other', key: 'empty', type: 'blob', value: new Uint8Array() },
];

export const nvsImages = (): Uint8Array[] => [
  encodeNvs(nvsItems, { size: 0x3000 }).image,
  encodeNvs(
    nvsItems.filter((item) => item.type !== 'blob'),
    { size: 0x1000, version: 1 },
  ).image,
  encodeNvs(encodeFactoryData(sample).items, { size: 0x3000 }).image,
];

export const revocationSet = (): Uint8Array => {
  const pai = parseCertificate(credential('pai.pem'));
  const entry = {
    type: 'revocation_set',
    issuer_subject_key_id: toHex(pai.skid ?? new Uint8Array()).toUpperCase(),
    issuer_name: toBase64(pai.subject.der),
    revoked_serial_numbers: ['01', '0203'],
    crl_signer_cert: toBase64(pai.der),
  };
  return utf8(JSON.stringify([entry, { ...entry, crl_signer_delegator: toBase64(pai.der) }]));
};

export const secureCertImages = (): Uint8Array[] => {
  const dac = parseCertificate(credential('dac.pem')).der;
  const pai = parseCertificate(credential('pai.pem')).der;
  const key = encodePrivateKey(parsePrivateKey(credential('dac-key.pem')), 'sec1');
  const { discriminator, iterations, salt, verifier } = sample.commissioning;
  const commissioning = {
    discriminator,
    iterations,
    salt,
    verifier,
    rotatingDeviceIdUniqueId: new Uint8Array(16),
  };
  return [
    encodeSecureCert({ dac, pai, privateKey: { form: 'sec1', der: key }, commissioning }, { pad: false }),
    encodeSecureCert(
      { dac, pai, privateKey: { form: 'sec1', der: key }, custom: [{ type: 51, data: utf8('custom') }] },
      { pad: false },
    ),
  ];
};

export const tableText = `# Name, Type, SubType, Offset, Size, Flags
nvs,data,nvs,0x9000,0x3000,
esp_secure_cert,0x3f,,0xd000,0x2000,encrypted
phy_init, data, phy, , 0x1000
factory, app, factory, 0x20000, 1M,
`;

export const tableImage = (): Uint8Array =>
  encodePartitionTable(parsePartitionTable(Buffer.from(tableText)).partitions);

/** A key with a passphrase, as openssl would write it. */
export const PASSPHRASE = 'secret';
export const encryptedKeys = (): Uint8Array[] => {
  const key = createPrivateKey(credential('dac-key.pem'));
  return (['aes-256-cbc', 'des-ede3-cbc'] as const).map((cipher) =>
    key.export({ type: 'pkcs8', format: 'der', cipher, passphrase: PASSPHRASE }),
  );
};
