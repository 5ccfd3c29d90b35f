/** The programs of the README, as they are there: they run, and the files that they write are checked byte by byte. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import ts from 'typescript';
import { checkAttestation, parseCredential } from '../src/attestation';
import { assertVerifierMatches, decodeQrCode } from '../src/commissioning';
import { decodeFactoryData } from '../src/factory-data';
import { decodeNvs } from '../src/nvs';

const README = readFileSync(join(__dirname, '../README.md'), 'utf8');
const programs = [...README.matchAll(/```ts\n(.*?)```/gs)].map(([, text = '']) => text);

/** Runs a program of ES modules; returns the files that it writes and the lines that it prints. */
async function runProgram(text: string): Promise<{ files: Map<string, Uint8Array>; lines: string[] }> {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const files = new Map<string, Uint8Array>();
  const lines: string[] = [];
  const modules: Record<string, unknown> = {
    'node:fs': { writeFileSync: (name: string, data: Uint8Array) => void files.set(name, data) },
  };
  const load = (name: string) => modules[name] ?? require(name);
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  const program = new AsyncFunction('require', 'exports', 'console', outputText);
  await program(load, {}, { log: (line: string) => lines.push(line) });
  return { files, lines };
}

/** An entry as docs/formats/nvs.md describes it, without its own code. */
function entry(namespace: number, type: number, span: number, chunk: number, key: string, data: Uint8Array) {
  const head = Buffer.alloc(32, 0);
  head.set([namespace, type, span, chunk]);
  head.write(key, 8);
  head.fill(0xff, 24).set(data, 24);
  const sum = crc32(Buffer.concat([head.subarray(0, 4), head.subarray(8)]), 0xffffffff);
  head.writeUInt32LE(sum, 4);
  return head;
}

/** The data field of an entry, and the entries of its data. */
function withData(data: Uint8Array): { field: Buffer; rest: Buffer } {
  const field = Buffer.alloc(8, 0xff);
  field.writeUInt16LE(data.length);
  field.writeUInt32LE(crc32(data, 0xffffffff), 4);
  const rest = Buffer.alloc(Math.ceil(data.length / 32) * 32, 0xff);
  rest.set(data);
  return { field, rest };
}

test('there are two programs', () => expect(programs).toHaveLength(2));

test('the NVS image', async () => {
  const { files } = await runProgram(programs[0] ?? '');
  expect([...files.keys()]).toEqual(['nvs.bin']);
  const server = withData(Buffer.from('https://example.com\0'));
  const calibration = withData(Uint8Array.of(0x12, 0x34));
  const entries = Buffer.concat([
    entry(0, 0x01, 1, 0xff, 'app', Uint8Array.of(1)),
    entry(1, 0x04, 1, 0xff, 'boot-count', Uint8Array.of(0, 0, 0, 0)),
    entry(1, 0x21, 2, 0xff, 'server', server.field),
    server.rest,
    entry(1, 0x42, 2, 0, 'calibration', calibration.field),
    calibration.rest,
    entry(1, 0x48, 1, 0xff, 'calibration', Uint8Array.of(2, 0, 0, 0, 1, 0)),
  ]);
  const expected = Buffer.alloc(0x6000, 0xff);
  expected.writeUInt32LE(0xfffffffe);
  expected.writeUInt32LE(0, 4);
  expected.writeUInt8(0xfe, 8);
  expected.writeUInt32LE(crc32(expected.subarray(4, 28), 0xffffffff), 28);
  // Seven entries written: 10, each.
  expected.set([0b10101010, 0b11101010], 32);
  expected.set(entries, 64);
  expect(Buffer.from(files.get('nvs.bin') ?? [])).toEqual(expected);
});

test('the factory partition', async () => {
  const { files, lines } = await runProgram(programs[1] ?? '');
  const image = files.get('factory.bin') ?? new Uint8Array();
  const [code = ''] = lines;
  const ids = { vendorId: 0xfff1, productId: 0x8001 };
  const { passcode, ...payload } = decodeQrCode(code);
  expect(payload).toMatchObject({ ...ids, flow: 0, discovery: 2, discriminator: 3840 });

  expect(image).toHaveLength(0x6000);
  expect(
    Buffer.from(image).includes(entry(1, 0x04, 1, 0xff, 'vendor-id', Uint8Array.of(0xf1, 0xff, 0, 0))),
  ).toBe(true);
  const { entries, findings } = decodeNvs(image);
  const decoded = decodeFactoryData(entries);
  expect([findings, decoded.findings, decoded.extra]).toEqual([[], [], []]);
  const { commissioning, attestation, deviceInstanceInfo } = decoded.data;
  const { salt = new Uint8Array(), iterations = 0, verifier = new Uint8Array() } = commissioning ?? {};
  assertVerifierMatches(verifier, { passcode, salt, iterations });
  expect([commissioning?.discriminator, iterations]).toEqual([3840, 10000]);
  const names = { vendorName: 'Example', productName: 'Light' };
  expect(deviceInstanceInfo).toEqual({ ...ids, ...names });

  const { dac, pai, certificationDeclaration, dacPublicKey } = attestation ?? {};
  const { findings: wrong } = checkAttestation({
    dac: parseCredential('dac', dac ?? new Uint8Array()),
    pai: parseCredential('pai', pai ?? new Uint8Array()),
    cd: parseCredential('cd', certificationDeclaration ?? new Uint8Array()),
    dacKey: { publicKey: dacPublicKey ?? new Uint8Array() },
    ...ids,
    at: new Date(),
  });
  // The PAA was not given.
  expect(wrong.map(({ code: found }) => found)).toEqual(['attestation.paa-not-checked']);
});
