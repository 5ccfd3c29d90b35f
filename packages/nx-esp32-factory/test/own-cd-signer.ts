import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  encodePrivateKeyPem,
  generateKey,
  issueCdSignerCertificate,
  issueCertificationDeclaration,
  keySigner,
  randomBytes,
} from 'nvs-core';
import type { LightApp } from './light-app';

/** Replaces the declaration of a credentials folder by one that is signed with a key of its own. */
export async function writeOwnCdSigner(
  folder: string,
  { vendorId, productId } = { vendorId: 0xfff1, productId: 0x8001 },
): Promise<void> {
  const key = generateKey(randomBytes);
  const signer = keySigner(key);
  const { der } = await issueCdSignerCertificate({
    random: randomBytes,
    notBefore: new Date('2025-01-01T00:00:00Z'),
    commonName: 'CD Signing Key',
    signer,
  });
  const fields = { vendorId, productIds: [productId], deviceTypeId: 0x0016, versionNumber: 1 };
  const cd = await issueCertificationDeclaration(
    { ...fields, certificateId: 'ZIG0000000000000000', certificationType: 0 },
    signer,
  );
  mkdirSync(join(folder, 'cd-trust-store'));
  writeFileSync(join(folder, 'cd-trust-store', 'cd-signing-cert.der'), der);
  writeFileSync(join(folder, 'cd-signing-key.pem'), encodePrivateKeyPem(key), { mode: 0o600 });
  writeFileSync(join(folder, 'cd.der'), cd.der);
}

/** Signs the declaration of the app with a key of its own, which only its config trusts. */
export async function useOwnCdSigner(app: LightApp): Promise<void> {
  await writeOwnCdSigner(app.path('credentials'));
  app.set('attestation', {
    trust: {
      paa: { folder: 'credentials/paa-trust-store' },
      cdSigners: { folder: 'credentials/cd-trust-store' },
    },
  });
}
