/** Our readers of DER and PEM, and those of node-forge in its strict mode: both accept the same, with the same tree. */
import fc from 'fast-check';
import { asn1, pem } from 'node-forge';
import { createCertificateRequest, encodePrivateKey, FactoryError, keySigner } from '../../src';
import { parseCredentialBlocks } from '../../src/attestation/credential-file';
import { type DerNode, decodeDer } from '../../src/attestation/der';
import { decodeOid } from '../../src/attestation/oid';
import { fromHex, toHex } from '../../src/bytes/text';
import { constructed, encodeDer, pemText, primitive } from './asn1';
import { forgeCd, forgeCertificate, KEYS, seededRandom } from './forgery';

type Tree = [tag: number, content: string | Tree[]];
type Answer = { readonly tree?: Tree; readonly reason?: string };

const binary = (data: Uint8Array): string => Buffer.from(data).toString('latin1');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const isWide = (tag: number): boolean => (tag & 0x1f) === asn1.Type.BMPSTRING;

function ours(data: Uint8Array): Answer {
  const treeOf = ({ tag, content, children }: DerNode): Tree => [
    tag,
    (tag & 0x20) === 0 ? toHex(content) : children.map(treeOf),
  ];
  try {
    const tree = decodeDer(data, 'test');
    if (Buffer.compare(tree.encoded, data) !== 0 || !isWhole(tree)) throw new Error(toHex(data));
    return { tree: treeOf(tree) };
  } catch (error) {
    if (!(error instanceof FactoryError) || error.code !== 'attestation.der-malformed') throw error;
    return { reason: String(error.params.reason) };
  }
}

/** Whether each value ends with its content, or with its children one after another. */
function isWhole({ encoded, content, children }: DerNode): boolean {
  const inside = Buffer.concat([content, ...children.map((child) => child.encoded)]);
  const end = encoded.subarray(encoded.length - inside.length);
  return Buffer.compare(end, inside) === 0 && children.every(isWhole);
}

/** It accepts BER; what encodes to other bytes is no DER. */
function theirs(data: Uint8Array): Answer {
  const treeOf = ({ tagClass, type, constructed, value }: asn1.Asn1): Tree => {
    const tag = tagClass | type | (constructed ? 0x20 : 0);
    if (typeof value !== 'string') return [tag, value.map(treeOf)];
    return [tag, toHex(isWide(type) ? Buffer.from(value, 'utf16le').swap16() : bytes(value))];
  };
  const options = { strict: true, parseAllBytes: true, decodeBitStrings: false, maxDepth: 24 };
  try {
    const tree = asn1.fromDer(binary(data), options as unknown as boolean);
    if (asn1.toDer(tree).data !== binary(data)) return { reason: 'not in its shortest form' };
    return { tree: treeOf(tree) };
  } catch (error) {
    return { reason: String(error) };
  }
}

/** Where we hold to X.690 and the library does not: its answer is no DER, or it refuses what is. */
const DIFFERENCES: [why: string, hex: string, isOurs: boolean][] = [
  ['a tag number from 31 on takes more bytes (8.1.2.4); it takes them for a length', '1f020500', false],
  ['the same of another class', '9f020500', false],
  ['an implicit tag does not show that the value is an INTEGER (8.14.3)', '82020001', true],
  ['a reserved sign byte in one of those', '8202ff80', true],
  ['nor that it is a BMPString: any length is good', '9e0120', true],
  ['whether a string is one, is judged by who reads it', '3005 1e0120 0500', true],
];

/** True of the trees in which a difference stands: what it is follows from a tag alone. */
function differs([tag, content]: Tree): boolean {
  if (typeof content !== 'string') return (tag & 0x1f) === 0x1f || content.some(differs);
  const isPadded = /^(00[0-7]|ff[89a-f])/.test(content);
  return (
    (tag & 0x1f) === 0x1f ||
    (isWide(tag) && content.length % 4 !== 0) ||
    ((tag & 0x1f) === asn1.Type.INTEGER && tag !== asn1.Type.INTEGER && isPadded)
  );
}

function compare(data: Uint8Array): void {
  const [own, other] = [ours(data), theirs(data)];
  const tree = own.tree ?? other.tree;
  if (tree !== undefined && differs(tree)) return;
  // A comparison of strings: tens of thousands are made.
  if (JSON.stringify(own.tree) !== JSON.stringify(other.tree))
    throw new Error(`${toHex(data)}: ${own.reason ?? 'read'}, ${other.reason ?? 'read'}`);
}

let samples: Uint8Array[];
beforeAll(async () => {
  const name = { commonName: 'x', vendorId: 0xfff1 };
  const request = await createCertificateRequest(name, keySigner(KEYS.pai));
  samples = [
    ...(['paa', 'pai', 'dac'] as const).map((kind) => forgeCertificate(kind)),
    forgeCd(),
    request.der,
    encodePrivateKey(KEYS.dac, 'sec1'),
    encodePrivateKey(KEYS.dac, 'pkcs8'),
  ];
});

test.each(DIFFERENCES)('%s: %s', (_, hex, isOurs) => {
  const data = fromHex(hex.replaceAll(' ', ''));
  expect([ours(data).tree !== undefined, theirs(data).tree !== undefined]).toEqual([isOurs, !isOurs]);
  expect(differs(ours(data).tree ?? theirs(data).tree ?? [0, ''])).toBe(true);
});

test('what we issue is the same to both', () => {
  for (const sample of samples) {
    expect(ours(sample).tree).toBeDefined();
    compare(sample);
  }
});

test('each flipped bit of what we issue is the same to both', () => {
  for (const sample of samples) {
    for (let bit = 0; bit < sample.length * 8; bit++)
      compare(sample.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)));
  }
});

test('what we issue is the same to both, cut off anywhere', () => {
  for (const sample of samples)
    for (let length = 0; length < sample.length; length++) compare(sample.slice(0, length));
});

test('several changes, insertions and removals are the same to both', () => {
  const edit = fc.tuple(fc.nat({ max: 600 }), fc.nat({ max: 4 }), fc.uint8Array({ maxLength: 4 }));
  const edits = fc.array(edit, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.nat(), edits, (which, list) => {
      const data = [...(samples[which % samples.length] ?? [])];
      for (const [at, remove, insert] of list) data.splice(at % data.length, remove, ...insert);
      compare(Uint8Array.from(data));
    }),
    { numRuns: 4000 },
  );
});

/** Bytes that are likely to be read: tags and lengths that fit, now and then one that does not. */
const value: fc.Memo<number[]> = fc.memo((depth) => {
  const tag = fc.oneof(fc.constantFrom(0x02, 0x03, 0x05, 0x06, 0x0c, 0x1e, 0x80, 0x9e), fc.nat({ max: 255 }));
  const content = fc.array(fc.oneof(fc.constantFrom(0x00, 0x7f, 0x80, 0xff), fc.nat({ max: 255 })), {
    maxLength: 6,
  });
  const leaf = fc.tuple(tag, content);
  const group = fc.tuple(
    fc.constantFrom(0x30, 0x31, 0xa0, 0x22),
    fc
      .array(depth > 1 ? value(depth - 1) : fc.constant<number[]>([0x05, 0x00]), { maxLength: 4 })
      .map((all) => all.flat()),
  );
  const form = fc.constantFrom('short', 'short', 'short', 'short', 'long', 'padded', 'indefinite', 'wrong');
  return fc.tuple(fc.oneof(leaf, group), form).map(([[head, body], how]) => {
    const { length } = body;
    if (how === 'indefinite') return [head, 0x80, ...body, 0x00, 0x00];
    if (how === 'wrong') return [head, (length + 1) & 0xff, ...body];
    if (how === 'padded') return [head, 0x82, length >> 8, length & 0xff, ...body];
    return how === 'long' || length > 0x7f ? [head, 0x81, length & 0xff, ...body] : [head, length, ...body];
  });
});

test('random trees are the same to both', () => {
  const read = { ours: 0, total: 0 };
  fc.assert(
    fc.property(value(5), (list) => {
      const data = Uint8Array.from(list);
      read.total++;
      if (ours(data).tree !== undefined) read.ours++;
      compare(data);
    }),
    { numRuns: 4000 },
  );
  // Else nothing but refusals was compared.
  expect(read.ours).toBeGreaterThan(read.total / 10);
});

test.each([0x80, 0x100])('a padded length of %i is the same to both', (length) => {
  const data = Uint8Array.of(0x04, 0x83, 0x00, length >> 8, length & 0xff, ...new Uint8Array(length));
  expect(ours(data).reason).toMatch('shortest form');
  compare(data);
});

test.each([23, 24, 25])('a depth of %i levels is the same to both', (levels) => {
  let node = primitive(0x05, new Uint8Array(0));
  for (let level = 1; level < levels; level++) node = constructed(0x30, node);
  const data = encodeDer(node);
  expect(ours(data).tree !== undefined).toBe(levels <= 24);
  compare(data);
});

test.each([0, 0x7f, 0x80, 0xff, 0x100, 0xfff0])('a length of %i is the same to both', (length) => {
  const data = encodeDer(primitive(0x04, new Uint8Array(length)));
  expect(ours(data).tree).toBeDefined();
  compare(data);
});

test('object identifiers are the same to both', () => {
  const arc = fc.oneof(fc.nat({ max: 300 }), fc.integer({ min: 0, max: 0xffffffff }));
  const first = fc.tuple(fc.nat({ max: 1 }), fc.nat({ max: 39 }));
  const second = fc.tuple(fc.constant(2), fc.nat({ max: 1000 }));
  fc.assert(
    fc.property(fc.oneof(first, second), fc.array(arc, { maxLength: 6 }), (start, rest) => {
      const dotted = [...start, ...rest].join('.');
      expect(decodeOid(bytes(asn1.oidToDer(dotted).getBytes()))).toBe(dotted);
    }),
    { numRuns: 1000 },
  );
});

test('any bytes are the same object identifier to both, or none', () => {
  const byte = fc.oneof(fc.constantFrom(0x00, 0x7f, 0x80, 0xff), fc.nat({ max: 255 }));
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 12 }), (list) => {
      const data = Uint8Array.from(list);
      const dotted = decodeOid(data);
      if (dotted !== undefined) {
        expect(dotted).toBe(asn1.derToOid(binary(data)));
        // The library writes arcs of at most 32 bits.
        if (dotted.split('.').every((arc) => Number(arc) < 2 ** 31))
          expect(bytes(asn1.oidToDer(dotted).getBytes())).toEqual(data);
        return;
      }
      // Too large for both, or without an end or padded, which the library does not look at.
      const isOpen = data.length === 0 || (data.at(-1) ?? 0) >= 0x80;
      const isPadded = list.some((item, index) => item === 0x80 && (list[index - 1] ?? 0) < 0x80);
      if (!isOpen && !isPadded) expect(() => asn1.derToOid(binary(data))).toThrow();
    }),
    { numRuns: 4000 },
  );
});

test('PEM of any length is the same to both', () => {
  const random = seededRandom('pem');
  for (let length = 1; length < 200; length++) {
    const data = random(length);
    const text = pemText('CERTIFICATE', data);
    for (const form of [
      text,
      text.replaceAll('\n', '\r\n'),
      `Subject: x\n\n${text}`,
      text.replaceAll('\n', ' \n'),
    ]) {
      const [block] = parseCredentialBlocks(Buffer.from(form), 'certificate');
      expect(block).toMatchObject({ kind: 'certificate', der: data });
      expect(pem.decode(form)[0]?.body).toBe(binary(data));
    }
  }
});

test('a changed character of PEM is the same to both, or refused by us', () => {
  const text = Buffer.from(pemText('CERTIFICATE', forgeCertificate('dac')));
  for (let offset = 0; offset < text.length; offset++) {
    for (const character of [0x0a, 0x20, 0x2d, 0x3d, 0x41, 0x21, 0xa0]) {
      const changed = Uint8Array.from(text);
      changed[offset] = character;
      let block: Uint8Array | undefined;
      try {
        [block] = parseCredentialBlocks(changed, 'certificate').map(({ der }) => der);
      } catch (error) {
        expect(error).toMatchObject({ code: 'attestation.pem-malformed' });
        continue;
      }
      // Without a BEGIN line it is no PEM, and what it is instead is judged by others.
      if (!Buffer.from(changed).toString('latin1').includes('-----BEGIN ')) continue;
      expect(binary(block ?? new Uint8Array(0))).toBe(pem.decode(binary(changed))[0]?.body);
    }
  }
});
