/** What level 4 makes of the answers of the Matter SDK, and how it looks for the SDK. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from 'nvs-core';
import { onlyWhere } from '../../../../tools/testing/requires';
import { answerFindings } from '../../src/verify/level-4';
import { missingNetwork } from '../../src/verify/matter/load';
import { readSubject, readTrust } from '../../src/verify/read';
import type { Answer } from '../../src/verify/sdk/commission';
import { decodeDeviceData, encodeDeviceData } from '../../src/verify/sdk/device-data';
import { findSdk } from '../../src/verify/sdk/python';
import type { Subject } from '../../src/verify/subject';
import { makeParts, writeDevice } from './device';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'level-4-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('an answer of the SDK becomes a finding', () => {
  let subject: Subject;
  beforeEach(async () => {
    writeDevice(folder, (await makeParts()).parts);
    const paas = readTrust(join(folder, 'paa'));
    subject = readSubject({ image: join(folder, 'partition.bin'), paas, env: {}, now: new Date() });
  });

  const found = (answer: Answer): Finding[] => answerFindings(answer, [], subject);

  test.each<[Answer, string, string, string | undefined]>([
    [
      { step: 'refused', number: 601, reason: 'no key' },
      'verify.sdk-refused',
      'refuses the attestation of this device: 601, no key',
      'cert-dclrn',
    ],
    [{ step: 'refused', number: 203, reason: 'PAI' }, 'verify.sdk-refused', '203, PAI', 'pai-cert'],
    [{ step: 'refused', number: 303, reason: 'DAC' }, 'verify.sdk-refused', '303, DAC', 'dac-cert'],
    [{ step: 'refused', number: 500, reason: 'key' }, 'verify.sdk-refused', '500, key', 'dac-cert'],
    [{ step: 'refused', number: 101, reason: 'PAA' }, 'verify.sdk-refused', '101, PAA', undefined],
    [{ step: 'pase', reason: 'no' }, 'verify.pase-failed', '(no)', 'verifier'],
    [{ step: 'not-found' }, 'verify.device-not-found', '0xF00', 'discriminator'],
    [{ step: 'device', reason: 'no port' }, 'verify.device-failed', 'no port', undefined],
    [{ step: 'commissioning', reason: 'no NOC' }, 'verify.commissioning-failed', 'no NOC', undefined],
    [{ step: 'network', reason: 'not root' }, 'verify.sdk-network', '(not root)', undefined],
    [{ step: 'sdk', reason: 'libnl' }, 'verify.sdk-failed', 'libnl', undefined],
    [{ step: 'crash', signal: 'SIGSEGV' }, 'verify.sdk-crashed', '(SIGSEGV)', undefined],
    [{ step: 'time' }, 'verify.sdk-time', 'within 120 s', undefined],
  ])('%j: %s', (answer, code, text, field) => {
    const [finding, ...more] = found(answer);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code, severity: 'error' });
    expect(finding?.message).toContain(text);
    expect(finding?.where.field).toBe(field);
  });

  test('none if the device was commissioned, and its attributes are those of the image', () => {
    const attribute = { id: 1, name: 'VendorName', property: 'vendorName', key: 'vendor-name', value: 'V' };
    const answered = (value: unknown) =>
      answerFindings({ step: 'done', attributes: [[1, value]] }, [attribute], subject);
    expect(answered('V')).toEqual([]);
    expect(answered('W').map(({ code }) => code)).toEqual(['verify.attribute-differs']);
  });
});

describe('the Python with the SDK', () => {
  const linux = { platform: 'linux', arch: 'x64' } as const;

  function python(script: string): string {
    const path = join(folder, 'python');
    writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o700 });
    return path;
  }
  const problemOf = (options: Parameters<typeof findSdk>[0]) => {
    const result = findSdk({ ...linux, ...options });
    return 'missing' in result ? `${result.missing.code}: ${result.missing.message}` : undefined;
  };
  const onPosix = onlyWhere(process.platform !== 'win32', 'a script can be a program');

  test.each([
    { platform: 'darwin', arch: 'x64' },
    { platform: 'linux', arch: 'arm64' },
  ] as const)('is not looked for on $platform, $arch', (machine) => {
    expect(problemOf(machine)).toMatch(/^verify.sdk-platform: .* Linux on x86-64/);
  });

  test('that does not exist', () => {
    expect(problemOf({ python: join(folder, 'none') })).toMatch(/^verify.sdk-missing: .*ENOENT/);
  });

  onPosix('that has no SDK', () => {
    const path = python('echo "PackageNotFoundError: home-assistant-chip-core" >&2; exit 1');
    expect(problemOf({ python: path })).toMatch(/^verify.sdk-missing: .*\(PackageNotFoundError: home-/);
  });

  onPosix('that has another version of it', () => {
    const path = python('echo 2025.7.0; echo 2024.1.0');
    expect(problemOf({ python: path })).toMatch(/^verify.sdk-version: .* is 2025.7.0 and 2024.1.0, but/);
  });

  onPosix('that has it', () => {
    const path = python('echo 2025.7.0; echo 2025.7.0');
    expect(findSdk({ ...linux, python: path })).toEqual({ python: path });
  });
});

test('matter.js without its network is a finding', () => {
  expect(missingNetwork({ main: join(folder, 'index.js') })?.code).toBe('verify.matter-network-missing');
});

test('the data of a device goes through one line', async () => {
  const { parts } = await makeParts();
  const { salt, info } = parts;
  const data = { folders: ['/a b'], device: { salt, info } as never };
  const line = encodeDeviceData(data);
  expect(line).toMatch(/^[\w+/=]+$/);
  expect(decodeDeviceData(line)).toEqual(data);
});
