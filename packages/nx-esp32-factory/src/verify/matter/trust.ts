import { type CdSigner, type Certificate, findCdSigner } from 'nvs-core';
import type { AttestationNote, TrustStore } from './stack';

/** A trust store for matter.js with the given PAAs and CD signers; it never uses the network. */
export function trustStoreOf(paas: readonly Certificate[], cdSigners: readonly CdSigner[]): TrustStore {
  const find = (keyId: Uint8Array) =>
    paas.find(({ skid }) => skid !== undefined && Buffer.compare(skid, new Uint8Array(keyId)) === 0);
  return {
    acceptsTestCertificates: true,
    getCertificate: (keyId) => (find(keyId) === undefined ? undefined : { isProduction: false }),
    getCertificateAsDer: async (keyId) => {
      const paa = find(keyId);
      if (paa === undefined) throw new Error('the PAA is not in the trust store');
      return paa.der;
    },
    isRevoked: async () => false,
    getOrFetchCdSigner: async (keyId) => {
      const signer = findCdSigner(new Uint8Array(keyId), cdSigners);
      return signer === undefined ? undefined : { publicKey: signer.publicKey, isProduction: false };
    },
    close: async () => undefined,
  };
}

/** Our attestation policy: that of matter.js accepts nearly everything. */
export function isAccepted(notes: readonly AttestationNote[]): boolean {
  return notes.every(({ level }) => level === 'info');
}
