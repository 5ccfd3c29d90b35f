/** Random credentials as our own issuer makes them, with declarations that are signed by the SDK's public test key. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  generateKey,
  issueCertificationDeclaration,
  issueDac,
  issuePaa,
  issuePai,
  keySigner,
  parsePrivateKey,
  randomBytes,
} from 'nvs-core';
import { vectors } from '../testing/vectors';
import type { CredentialSet } from './credentials';

const ids = fc.constantFrom('attributes' as const, 'common name' as const);
const id16 = fc.integer({ min: 1, max: 0xffff });
const u16 = fc.integer({ min: 0, max: 0xffff });
/** At most 40 bytes, so that the ids fit too. */
const name = fc
  .oneof(
    fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }),
  )
  .filter((text) => text.trim() !== '' && Buffer.byteLength(text) <= 40 && !/M[vp]id:|\p{Cc}/u.test(text));

/** What may differ between sets that every commissioner accepts. */
export const pairArbitrary = fc.record({
  vendorId: fc.integer({ min: 0xfff1, max: 0xfff4 }),
  productId: id16,
  names: fc.tuple(name, name, name),
  idEncodings: fc.tuple(ids, ids, ids),
  paaHasVendorId: fc.boolean(),
  paiHasProductId: fc.boolean(),
  crlUri: fc.option(fc.constant('http://example.com/list.crl'), { nil: undefined }),
  otherProductIds: fc.uniqueArray(id16, { maxLength: 99 }),
  deviceTypeId: u16,
  versionNumber: u16,
  hasOrigin: fc.boolean(),
  otherPaas: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
});
export type Pair = typeof pairArbitrary extends fc.Arbitrary<infer T> ? T : never;

const CD_KEY = parsePrivateKey(readFileSync(vectors('chip-test', 'Chip-Test-CD-Signing-Key.pem')));
const [PAA, PAI, DAC] = [generateKey(randomBytes), generateKey(randomBytes), generateKey(randomBytes)];
const at = (year: number) => new Date(Date.UTC(year, 0, 1));

export async function issuePair(pair: Pair): Promise<CredentialSet> {
  const { vendorId, productId, names, idEncodings, crlUri } = pair;
  const options = (index: 0 | 1 | 2, year: number) => ({
    random: randomBytes,
    commonName: names[index],
    idEncoding: idEncodings[index],
    notBefore: at(year),
  });
  const crl = crlUri === undefined ? {} : { crlUri };
  const paa = await issuePaa({
    ...options(0, 2021),
    ...(pair.paaHasVendorId ? { vendorId } : {}),
    signer: keySigner(PAA),
  });
  const pai = await issuePai({
    ...options(1, 2022),
    ...crl,
    vendorId,
    ...(pair.paiHasProductId ? { productId } : {}),
    paa: { certificate: paa, signer: keySigner(PAA) },
    publicKey: PAI,
  });
  const dac = await issueDac({
    ...options(2, 2023),
    ...crl,
    vendorId,
    productId,
    pai: { certificate: pai, signer: keySigner(PAI) },
    publicKey: DAC,
  });
  const productIds = [productId, ...pair.otherProductIds.filter((id) => id !== productId)].slice(0, 100);
  const { otherPaas } = pair;
  const skid = paa.skid ?? new Uint8Array();
  const cd = await issueCertificationDeclaration(
    {
      vendorId,
      productIds,
      deviceTypeId: pair.deviceTypeId,
      certificateId: 'CSA00000SWC00000-00',
      versionNumber: pair.versionNumber,
      certificationType: 0,
      ...(pair.hasOrigin ? { dacOriginVendorId: vendorId, dacOriginProductId: productId } : {}),
      ...(otherPaas === undefined
        ? {}
        : { authorizedPaaList: [...Array.from({ length: otherPaas }, () => randomBytes(20)), skid] }),
    },
    keySigner(CD_KEY),
  );
  return { paas: [paa.der], pai: pai.der, dac: dac.der, cd: cd.der, key: DAC.raw, vendorId, productId };
}
