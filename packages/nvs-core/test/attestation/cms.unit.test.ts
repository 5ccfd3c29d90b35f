import { parseSignedData } from '../../src/attestation/cms';
import {
  constructed,
  contextTag,
  type DerNode,
  encodeDer,
  parseDer,
  sequence,
  set,
} from '../../src/attestation/der';
import { forgeCd } from './forgery';

const [type, wrapped] = parseDer(forgeCd(), 'test').children as [DerNode, DerNode];
const [body] = wrapped.children as [DerNode];
const [version, digests, content, signers] = body.children as [DerNode, DerNode, DerNode, DerNode];
const message = (...parts: readonly DerNode[]) =>
  encodeDer(sequence(type, constructed(contextTag(0, true), sequence(...parts))));

it('reads a message with its one signer', () => {
  const read = parseSignedData(message(version, digests, content, signers));
  expect(read).toEqual(parseSignedData(forgeCd()));
  expect(read.signers).toEqual([expect.objectContaining({ version: 3, hasAttributes: false })]);
});

it.each<[string, readonly DerNode[], string]>([
  [
    'certificates before the signers',
    [constructed(contextTag(0, true)), signers],
    'between content and signer',
  ],
  ['a second list of signers', [signers, set()], 'behind the signers'],
  ['no signers', [], 'the list of signers is missing'],
])('refuses %s', (_, parts, reason) => {
  expect(() => parseSignedData(message(version, digests, content, ...parts))).toThrow(reason);
});
