import { decodeSignedData } from '../../src/attestation/cms';
import { contextTag, type DerNode, decodeDer } from '../../src/attestation/der';
import { type Asn1, constructed, encodeDer, encodedSequence, sequence, set } from './asn1';
import { forgeCd } from './forgery';

/** What was read, to be written again. */
const again = ({ encoded }: DerNode): Asn1 => encodedSequence(encoded);

const [type, wrapped] = decodeDer(forgeCd(), 'test').children as [DerNode, DerNode];
const [body] = wrapped.children as [DerNode];
const [version, digests, content, signers] = body.children.map(again) as [Asn1, Asn1, Asn1, Asn1];
const message = (...parts: readonly Asn1[]) =>
  encodeDer(sequence(again(type), constructed(contextTag(0, true), sequence(...parts))));

it('reads a message with its one signer', () => {
  const read = decodeSignedData(message(version, digests, content, signers));
  expect(read).toEqual(decodeSignedData(forgeCd()));
  expect(read.signers).toEqual([expect.objectContaining({ version: 3, hasAttributes: false })]);
});

it.each<[string, readonly Asn1[], string]>([
  [
    'certificates before the signers',
    [constructed(contextTag(0, true)), signers],
    'between content and signer',
  ],
  ['a second list of signers', [signers, set()], 'after the signers'],
  ['no signers', [], 'the list of signers is missing'],
])('refuses %s', (_, parts, reason) => {
  expect(() => decodeSignedData(message(version, digests, content, ...parts))).toThrow(reason);
});
