/** Disagreements with another Matter stack, simulated with a fake one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cdSignerOf, type Finding } from 'nvs-core';
import { compareAttributes, failureOf, obstacleTo } from '../../src/verify/level-3';
import { checkReadable } from '../../src/verify/matter/attestation';
import { checkCodecs } from '../../src/verify/matter/codecs';
import { attestationFindings } from '../../src/verify/matter/notes';
import type { MatterStack } from '../../src/verify/matter/stack';
import { readSubject, readTrust } from '../../src/verify/read';
import { verify } from '../../src/verify/run';
import type { Subject } from '../../src/verify/subject';
import { makeParts, type Parts, writeDevice } from './device';

let folder: string;
let subject: Subject;

function read(parts: Parts): Subject {
  writeDevice(folder, parts);
  return readSubject({
    image: join(folder, 'partition.bin'),
    paas: readTrust(join(folder, 'paa')) ?? [],
    cdSigners: (readTrust(join(folder, 'cd')) ?? []).map(cdSignerOf),
    env: {},
    now: new Date('2025-06-01T00:00:00Z'),
  });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'verify-'));
  subject = read((await makeParts()).parts);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const texts = (findings: readonly Finding[]) => findings.map(({ code, message }) => `${code}: ${message}`);

/** The subject with a serial number in its QR code. */
function withSerialNumber(): Subject {
  const { onboarding } = subject;
  if (onboarding?.qr === undefined) throw new Error('there are no codes');
  return { ...subject, onboarding: { ...onboarding, qr: { ...onboarding.qr, serialNumber: 'SN-0001' } } };
}

describe('codes', () => {
  const right = { discriminator: 0xf00, passcode: 20202021, vendorId: 0xfff1, productId: 0x8001 };
  const flow = { flowType: 0, discoveryCapabilities: 2 };
  const short = { shortDiscriminator: 0xf, passcode: 20202021 };

  test.each([
    ['QR code', 'vendor id', { ...right, vendorId: 1 }, short],
    ['QR code', 'passcode', { ...right, passcode: 1 }, short],
    ['QR code', 'commissioning flow', { ...right, flowType: 2 }, short],
    ['QR code', 'discovery mask', { ...right, discoveryCapabilities: 4 }, short],
    ['QR code', 'serial number', { ...right, tlvData: Uint8Array.of(0x15, 0x18) }, short],
    ['manual code', 'discriminator', right, { ...short, shortDiscriminator: 1 }],
  ])('the %s has a different %s', (code, field, qr, manual) => {
    const stack = {
      version: 'fake',
      types: {
        QrPairingCodeCodec: {
          decode: () => [{ ...flow, ...qr }],
          decodeTlvData: () => ({ serialNumber: 'X' }),
        },
        ManualPairingCodeCodec: { decode: () => manual },
      },
      general: {},
      protocol: {},
    } as unknown as MatterStack;
    const { findings } = checkCodecs(field === 'serial number' ? withSerialNumber() : subject, stack);
    expect(texts(findings.filter((finding) => finding.code === 'verify.codec-differs'))).toEqual([
      `verify.codec-differs: matter.js reads a different ${field} from the ${code}`,
    ]);
  });
});

test('codes that matter.js cannot read', () => {
  const reject = () => {
    throw new Error('wrong check digit');
  };
  const types = { QrPairingCodeCodec: { decode: reject }, ManualPairingCodeCodec: { decode: reject } };
  const { checked, findings } = checkCodecs(subject, { types } as unknown as MatterStack);
  expect(checked).toEqual(['codes']);
  expect(findings.map(({ code, params, where }) => [code, params.reason, where.field])).toEqual([
    ['verify.codes-unreadable', 'matter.js: wrong check digit', 'qrCode'],
    ['verify.codes-unreadable', 'matter.js: wrong check digit', 'manualCode'],
  ]);
});

test('a credential that matter.js cannot read', () => {
  const reject = () => {
    throw new Error('wrong profile.', { cause: new Error('no subject') });
  };
  const stack = {
    protocol: {
      Dac: { fromAsn1: reject },
      Pai: { fromAsn1: () => undefined },
      CertificationDeclaration: { parse: () => undefined },
    },
  } as unknown as MatterStack;
  const { checked, findings } = checkReadable(subject, stack);
  expect(checked).toEqual(['DAC', 'PAI', 'Certification Declaration']);
  expect(texts(findings)).toEqual([
    'verify.credential-refused: matter.js cannot read the DAC (dac-cert): wrong profile: no subject',
  ]);
  expect(findings[0]?.where.field).toBe('dac-cert');
});

test('its notes on the attestation, at the credential that they name', () => {
  const findings = attestationFindings(
    [
      { level: 'info', type: 'TestPaa', message: 'Certification Declaration is a test one' },
      { level: 'warning', type: 'PaiRevoked', message: 'PAI is revoked' },
      { level: 'error', type: 'PaaNotTrusted', message: 'PAA not found in trust store' },
    ],
    subject,
  );
  expect(
    findings.map(({ code, severity, params, where }) => [code, severity, params.check, where.field]),
  ).toEqual([
    ['verify.attestation-note', 'info', 'TestPaa', 'cert-dclrn'],
    ['verify.attestation-refused', 'error', 'PaiRevoked', 'pai-cert'],
    ['verify.attestation-refused', 'error', 'PaaNotTrusted', undefined],
  ]);
});

describe('levels that have nothing to check', () => {
  const outcomes = async (options: { level?: 3 }) => {
    const { onboarding: _, device, ...rest } = subject;
    const bare = {
      ...rest,
      device: { ...device, dac: undefined, pai: undefined, cd: undefined, commissioning: {} },
    };
    for (const [name, version] of [['node', '0.17.9'], ['general'], ['protocol'], ['types']]) {
      const own = join(folder, 'node_modules/@matter', name ?? '');
      mkdirSync(own, { recursive: true });
      writeFileSync(join(own, 'package.json'), JSON.stringify({ name: `@matter/${name}`, version }));
      writeFileSync(join(own, 'index.js'), 'exports.Logger = {};');
    }
    const { levels } = await verify(bare as unknown as Subject, { ...options, folders: [folder] });
    return levels.slice(1).map(({ outcome, findings }) => [outcome, ...texts(findings)]);
  };
  const two = 'verify.level-skipped: level 2 was not run: the image has neither credentials nor a verifier';
  const three = expect.stringMatching(
    /^verify.level-skipped: level 3 was not run: the image has no discriminator, iteration-count, /,
  );

  test('are skipped', async () => {
    expect(await outcomes({})).toEqual([
      ['skipped', two],
      ['skipped', three],
    ]);
  });

  test('fail if they were requested', async () => {
    expect(await outcomes({ level: 3 })).toEqual([
      ['failed', two],
      ['failed', three],
    ]);
  });
});

describe('attributes', () => {
  const expected = [
    { id: 3, name: 'ProductName', key: 'product-name', value: 'Light' },
    { id: 0x14, name: 'ProductAppearance', key: 'product-finish', value: { finish: 2, primaryColor: 20 } },
  ];
  test.each([
    [
      'equal values',
      [
        [3, 'Light'],
        [0x14, { primaryColor: 20, finish: 2 }],
      ],
      [],
    ],
    [
      'another text',
      [
        [3, 'Lamp'],
        [0x14, { finish: 2, primaryColor: 20 }],
      ],
      [/ProductName \(0x3\): "Lamp" was read from the device, but product-name of the image is "Light"/],
    ],
    ['no values', [], [/ProductName \(0x3\): nothing was read/, /ProductAppearance/]],
    [
      'another colour',
      [
        [3, 'Light'],
        [0x14, { finish: 2, primaryColor: null }],
      ],
      [/"primaryColor":null/],
    ],
  ] as const)('%s', (_, read, words) => {
    const findings = compareAttributes(
      expected,
      new Map<number, unknown>(read.map(([id, value]) => [id, value])),
      subject,
    );
    expect(texts(findings)).toEqual(words.map((word) => expect.stringMatching(word)));
    expect(findings.every(({ code }) => code === 'verify.attribute-differs')).toBe(true);
  });
});

describe('the step where a commissioning failed', () => {
  const result = { notes: [], attributes: new Map() };
  test.each([
    [{ step: 'discovery', discriminator: 5 }, 'verify.device-not-found'],
    [{ step: 'pase', reason: 'no' }, 'verify.pase-failed'],
    [{ step: 'device', reason: 'no' }, 'verify.device-failed'],
    [{ step: 'commissioning', reason: 'it hung' }, 'verify.commissioning-failed'],
  ] as const)('%j', (failure, code) => {
    expect(failureOf({ ...result, failure }, subject).map((finding) => finding.code)).toEqual([code]);
  });

  test('rejected credentials are not reported twice', () => {
    const notes = [{ level: 'error', type: 'PaaNotTrusted', message: 'no' }] as const;
    const failure = { step: 'commissioning', reason: 'rejected' } as const;
    expect(failureOf({ ...result, notes, failure }, subject)).toEqual([]);
    expect(failureOf(result, subject)).toEqual([]);
  });
});

describe('subjects that cannot be commissioned', () => {
  const without = (change: (parts: Parts) => void) =>
    makeParts().then(({ parts }) => {
      change(parts);
      return obstacleTo(read(parts));
    });

  test('a complete device can be commissioned', () => {
    expect(obstacleTo(subject)).toBeUndefined();
  });

  test.each<[string, (parts: Parts) => void, RegExp]>([
    [
      'without verifier',
      (parts) => {
        parts.items = (items) => items.filter((item) => item.type === 'namespace' || item.key !== 'verifier');
      },
      /has no verifier/,
    ],
    [
      'without a trusted PAA',
      (parts) => {
        rmSync(join(folder, 'paa'), { recursive: true });
        parts.paas = [];
      },
      /no trusted PAA/,
    ],
  ])('%s', async (_, change, words) => {
    expect(await without(change)).toMatch(words);
  });

  test('with its key in an eFuse', () => {
    const device = { ...subject.device, isInEfuse: true, dacKey: undefined };
    expect(obstacleTo({ ...subject, device })).toMatch(/eFuse/);
  });

  test('without codes', () => {
    const { onboarding: _, ...rest } = subject;
    expect(obstacleTo(rest)).toMatch(/onboarding.json/);
  });
});
