/** One valid set of credentials, and sets with a single change: `subject: change`. */
import { readFileSync } from 'node:fs';
import { generateKey, parsePrivateKey, randomBytes } from 'nvs-core';
import { vectors } from '../testing/vectors';
import type { CredentialSet } from './attestation';

export interface Mutation {
  readonly name: string;
  readonly set: CredentialSet;
}

const read = (name: string) => new Uint8Array(readFileSync(vectors('chip-test', name)));

/** The published test credentials of the SDK. */
export function goodSet(): CredentialSet {
  return {
    paas: [read('Chip-Test-PAA-NoVID-Cert.der')],
    pai: read('Chip-Test-PAI-FFF2-8001-Cert.der'),
    dac: read('Chip-Test-DAC-FFF2-8001-0008-Cert.der'),
    cd: read('Chip-Test-CD-FFF2-8001.der'),
    dacKey: parsePrivateKey(read('Chip-Test-DAC-FFF2-8001-0008-Key.der')),
    vendorId: 0xfff2,
    productId: 0x8001,
  };
}

export function mutations(): readonly Mutation[] {
  const good = goodSet();
  const changes: readonly (readonly [name: string, change: Partial<CredentialSet>])[] = [
    ['set: good', {}],
    ['set: key of another', { dacKey: generateKey(randomBytes) }],
    ['set: vendor id of the device differs', { vendorId: 0xfff1 }],
    ['set: product id of the device differs', { productId: 0x8002 }],
    ['paa: none', { paas: [] }],
    ['paa: a PAI instead', { paas: [good.pai ?? good.dac] }],
    ['pai: not DER', { pai: Uint8Array.of(1, 2, 3) }],
    ['dac: not DER', { dac: Uint8Array.of(1, 2, 3) }],
    ['cd: not DER', { cd: Uint8Array.of(1, 2, 3) }],
    ['cd: last byte of the signature changed', { cd: good.cd.with(-1, (good.cd.at(-1) ?? 0) ^ 1) }],
  ];
  return changes.map(([name, change]) => ({ name, set: { ...good, ...change } }));
}
