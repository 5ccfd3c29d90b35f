import { readFileSync, writeFileSync } from 'node:fs';
import {
  decodeFactoryData,
  decodeNvs,
  FactoryError,
  formatName,
  isSignedBy,
  parseCertificate,
  parsePrivateKey,
  randomBytes,
} from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import { manifestOf, outputsOf, SCRIPT_NAMES } from '../../../src/artifacts';
import { readCachePolicy } from '../../../src/cache';
import { readInputs } from '../../../src/inputs';
import { LightApp } from '../../light-app';
import { makeTestDevice } from '../../make-device';

let app: LightApp;
beforeEach(() => {
  app = new LightApp();
});
afterEach(() => app.remove());

const PAI_KEY = { file: 'credentials/pai-key.pem' };
const PAI = { certificate: { file: 'credentials/pai.pem' } };
const issue = (options: Record<string, unknown> = {}, signer: Record<string, unknown> = { key: PAI_KEY }) =>
  app.set('attestation', { dac: { issue: options }, pai: { ...PAI, ...signer } });

const make = (env: Record<string, string> = {}, now = new Date()) =>
  makeTestDevice(readInputs(app.config, { env }), { random: randomBytes, now });

async function dacOf(now?: Date) {
  const { dac } = (await make({}, now)).credentials;
  if (dac === undefined) throw new Error('no DAC was issued');
  return dac;
}

async function findingsOf(work: () => Promise<unknown>) {
  try {
    await work();
  } catch (error) {
    if (error instanceof FactoryError) return error.findings.map(({ code, where }) => [code, where.field]);
    throw error;
  }
  return [];
}

/** A signer program in JavaScript with this body, which has the digest. */
function signerScript(body: string): readonly string[] {
  writeFileSync(app.path('sign.cjs'), `const digest = require('node:fs').readFileSync(0);\n${body}`);
  return [process.execPath, 'sign.cjs'];
}

describe('a DAC issued for a device', () => {
  it('is signed by the PAI for a new key, and in the image with that key', async () => {
    issue();
    const first = await make();
    const second = await make();
    const { attestation } = decodeFactoryData(decodeNvs(first.image).entries).data;
    const dac = parseCertificate(attestation?.dac ?? new Uint8Array());
    expect(isSignedBy(dac, parseCertificate(app.read('credentials/pai.pem')).publicKey)).toBe(true);
    expect(dac.publicKey.data).toEqual(attestation?.dacPublicKey);
    expect(formatName(dac.subject)).toBe('CN=Matter DAC EXL-0000-0001, VID=FFF1, PID=8001');
    expect(dac.notAfter).toEqual(new Date('9999-12-31T23:59:59Z'));
    expect(first.attestation?.isAccepted).toBe(true);
    expect(first.classification.kind).toBe('development');
    expect(toHex(first.credentials.dacKey?.raw ?? new Uint8Array())).not.toBe(
      toHex(second.credentials.dacKey?.raw ?? new Uint8Array()),
    );
    expect(first.credentials.dac?.serialNumber).not.toEqual(second.credentials.dac?.serialNumber);
  });

  it('has the names and the validity of the config', async () => {
    issue({
      commonName: '{serialNumber} of {vendorId}/{productId}',
      subjectIds: 'common-name',
      validFrom: '2026-11-20T12:00:00Z',
      validDays: 10,
    });
    app.set('attestation', { at: '2026-11-21' });
    app.set('deviceInstanceInfo', { serialNumber: 'SN-42' });
    const dac = await dacOf();
    expect(formatName(dac.subject)).toBe('CN=SN-42 of FFF1/8001 Mvid:FFF1 Mpid:8001');
    expect([dac.notBefore.toISOString(), dac.notAfter.toISOString()]).toEqual([
      '2026-11-20T12:00:00.000Z',
      '2026-11-30T11:59:59.000Z',
    ]);
  });

  it('is valid from now, to the second, and has the generated serial number in its name', async () => {
    issue();
    app.set('deviceInstanceInfo', { serialNumber: { random: true } });
    app.set('attestation', { at: '2031-01-01' });
    const made = await make({}, new Date('2030-01-02T03:04:05.678Z'));
    const { deviceInstanceInfo } = decodeFactoryData(decodeNvs(made.image).entries).data;
    expect(made.credentials.dac?.notBefore.toISOString()).toBe('2030-01-02T03:04:05.000Z');
    expect(formatName(made.credentials.dac?.subject ?? { attributes: [] })).toContain(
      `CN=Matter DAC ${deviceInstanceInfo?.serialNumber},`,
    );
  });

  it('is recorded in the manifest with its certificate, but without its key', async () => {
    issue();
    const made = await make();
    const { certificates } = manifestOf(made, SCRIPT_NAMES);
    const { issued, serialNumber } = certificates.dac ?? {};
    expect(parseCertificate(Buffer.from(issued?.pem ?? ''))).toEqual(made.credentials.dac);
    expect(issued).toMatchObject({
      subject: expect.stringContaining('PID=8001'),
      notAfter: '9999-12-31T23:59:59.000Z',
    });
    expect(serialNumber).toBe(toHex(made.credentials.dac?.serialNumber ?? new Uint8Array()));
    const [manifest] = outputsOf(made, '', SCRIPT_NAMES).slice(-1);
    expect(String(manifest?.data)).not.toContain(toHex(made.credentials.dacKey?.raw ?? new Uint8Array()));
    expect(manifest?.secret).toBe(false);
  });

  it('is never cached', () => {
    issue();
    expect(readCachePolicy(app.config)).toMatchObject({
      cache: false,
      reason: expect.stringContaining('attestation.dac'),
    });
  });

  it('is signed with an encrypted key whose passphrase is a reference', async () => {
    const { createPrivateKey } = await import('node:crypto');
    const encrypted = createPrivateKey(readFileSync(app.path('credentials/pai-key.pem'))).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'correct horse',
    });
    app.write('pai-key.enc.pem', String(encrypted));
    const key = { file: 'pai-key.enc.pem', passphrase: { env: 'PAI_PASSPHRASE' } };
    issue({}, { key });
    expect((await make({ PAI_PASSPHRASE: 'correct horse' })).attestation?.isAccepted).toBe(true);
    expect(await findingsOf(() => make({ PAI_PASSPHRASE: 'wrong' }))).toEqual([
      ['crypto.passphrase-wrong', 'attestation.pai.key'],
    ]);
  });

  it('is signed by a program, in the folder of the config', async () => {
    issue(
      {},
      {
        signer: [
          'openssl',
          'pkeyutl',
          '-sign',
          '-inkey',
          'credentials/pai-key.pem',
          '-pkeyopt',
          'digest:sha256',
        ],
      },
    );
    expect((await make()).attestation?.isAccepted).toBe(true);
  });

  it.each([
    ['a DAC that is issued', {}, []],
    ['a DAC that cannot be issued', { commonName: '{serial}' }, [true]],
  ])('leaves no key of the PAI in memory, and no unused key: %s', async (_, options, wiped) => {
    issue(options);
    const { raw } = parsePrivateKey(app.read('credentials/pai-key.pem'));
    const [generated, overwritten]: [Uint8Array[], Uint8Array[]] = [[], []];
    const fill = Uint8Array.prototype.fill;
    jest.spyOn(Uint8Array.prototype, 'fill').mockImplementation(function (this: Uint8Array, ...args) {
      if (Buffer.compare(this, raw) === 0) overwritten.push(this);
      return fill.apply(this, args) as Uint8Array<ArrayBuffer>;
    });
    const random = (length: number) => {
      const bytes = randomBytes(length);
      generated.push(bytes);
      return bytes;
    };
    await findingsOf(() => makeTestDevice(readInputs(app.config, { env: {} }), { random }));
    jest.restoreAllMocks();
    expect(overwritten.map((key) => key.every((byte) => byte === 0))).toEqual([true]);
    expect(generated.map((bytes) => bytes.every((byte) => byte === 0)).filter(Boolean)).toEqual(wiped);
  });

  it.each<[string, () => void, string, string]>([
    [
      'a key of another certificate',
      () => issue({}, { key: { file: 'credentials/paa-key.pem' } }),
      'attestation.key-mismatch',
      'attestation.pai.key',
    ],
    [
      'a certificate instead of the key',
      () => issue({}, { key: { file: 'credentials/pai.pem' } }),
      'attestation.wrong-kind',
      'attestation.pai.key',
    ],
    [
      'a signer with another key',
      () => issue({}, { signer: ['openssl', 'pkeyutl', '-sign', '-inkey', 'credentials/paa-key.pem'] }),
      'attestation.signer-answer-invalid',
      'attestation.dac.issue',
    ],
    [
      'a signer that fails',
      () => issue({}, { signer: signerScript('process.exit(3)') }),
      'signer.failed',
      'attestation.pai.signer',
    ],
    [
      'an unknown placeholder',
      () => issue({ commonName: '{serial}' }),
      'attestation.issue-option-invalid',
      'attestation.dac.issue',
    ],
    [
      'a long common name',
      () => issue({ commonName: 'x'.repeat(60), subjectIds: 'common-name' }),
      'attestation.issue-option-invalid',
      'attestation.dac.issue',
    ],
    [
      'a start before the PAI',
      () => issue({ validFrom: '2001-01-01' }),
      'attestation.issue-option-invalid',
      'attestation.dac.issue',
    ],
  ])('rejects %s', async (_name, arrange, code, field) => {
    arrange();
    expect(await findingsOf(() => make())).toEqual([[code, field]]);
  });
});
