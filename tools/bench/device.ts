/** One device, with the defaults of the SDK's script: 10,000 iterations, a new salt, image and codes. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { computeVerifier, decodeNvs, randomBytes } from 'nvs-core';
import { fromBase64, toHex } from 'nvs-core/bytes';
import { developmentFiles } from '../../packages/nx-esp32-factory/src/init/development';
import { type Installed, writeJson } from './installation';
import { type Contender, time } from './measure';
import { pythonOf, sdkScript } from './peers';

const PASSCODE = 34567890;
const ITERATIONS = 10_000;
const IDS = { vendorId: 0xfff1, productId: 0x8001 };
const PRODUCT = { vendorName: 'Example Vendor', productName: 'Example Light', serialNumber: 'EXL-0000-0001' };

export interface DeviceBench {
  readonly ours: Contender;
  readonly mfgTool: Contender;
  readonly script: Contender | undefined;
  readonly note: string | undefined;
}

/** The contenders, each run once: all images have the same contents. */
export async function deviceBench(folder: string, { command }: Installed): Promise<DeviceBench> {
  mkdirSync(folder);
  await writeCredentials(folder);
  writeConfig(folder);
  const out = (name: string) => join(folder, 'out', name);
  const clean = (name: string) => () => rmSync(out(name), { recursive: true, force: true });
  const ours: Contender = {
    name: 'esp32-factory image',
    command: [process.execPath, command, 'image', 'factory.config.json', '--output_dir', out('ours')],
    cwd: folder,
    before: clean('ours'),
  };
  const mfgTool: Contender = {
    name: 'esp-matter-mfg-tool -n 1',
    command: [join(pythonOf('mfg-tool'), '../esp-matter-mfg-tool'), ...mfgToolArguments(out('mfg-tool'))],
    cwd: folder,
    before: clean('mfg-tool'),
  };
  const found = sdkScript();
  const script: Contender | undefined =
    'missing' in found
      ? undefined
      : {
          name: "the SDK's script",
          command: [found.python, found.script, ...scriptArguments(out('script'))],
          cwd: folder,
          before: clean('script'),
        };
  checkEqual(folder, [ours, mfgTool, ...(script === undefined ? [] : [script])]);
  return { ours, mfgTool, script, note: 'missing' in found ? found.missing : undefined };
}

async function writeCredentials(folder: string): Promise<void> {
  const yesterday = new Date(Date.now() - 86_400_000);
  for (const { name, data } of await developmentFiles({ ...IDS, random: randomBytes, now: yesterday })) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), data);
  }
}

function writeConfig(folder: string): void {
  const file = (name: string) => ({ file: name });
  writeJson(join(folder, 'factory.config.json'), {
    deviceInstanceInfo: {
      vendorId: '0xFFF1',
      productId: '0x8001',
      ...PRODUCT,
      hardwareVersion: 1,
      hardwareVersionString: '1.0',
    },
    commissioning: { passcode: PASSCODE, discriminator: 3840, iterations: ITERATIONS, discovery: ['ble'] },
    attestation: {
      dac: { certificate: file('dac.pem'), key: file('dac-key.pem') },
      pai: { certificate: file('pai.pem') },
      certificationDeclaration: file('cd.der'),
      trust: { paa: { folder: 'paa-trust-store' } },
    },
    partition: { size: '0x6000' },
  });
}

function mfgToolArguments(outdir: string): string[] {
  return [
    ...['-n', '1', '-v', '0xFFF1', '-p', '0x8001', '--passcode', String(PASSCODE), '--discriminator', '3840'],
    ...['--iteration-count', String(ITERATIONS), '--size', '0x6000', '--target', 'esp32c3', '-dm', '2'],
    ...['--vendor-name', PRODUCT.vendorName, '--product-name', PRODUCT.productName],
    ...['--serial-num', PRODUCT.serialNumber, '--hw-ver', '1', '--hw-ver-str', '1.0'],
    ...[
      '--pai',
      '--cert',
      'pai.pem',
      '--key',
      'pai-key.pem',
      '--dac-cert',
      'dac.pem',
      '--dac-key',
      'dac-key.pem',
    ],
    ...['--cert-dclrn', 'cd.der', '--no-secure-cert-bin', '--outdir', outdir],
  ];
}

function scriptArguments(outdir: string): string[] {
  return [
    ...[
      '-d',
      '3840',
      '-p',
      String(PASSCODE),
      '-i',
      String(ITERATIONS),
      '-s',
      '0x6000',
      '--output_dir',
      outdir,
    ],
    ...['--vendor-id', '0xFFF1', '--product-id', '0x8001', '--vendor-name', PRODUCT.vendorName],
    ...['--product-name', PRODUCT.productName, '--serial-num', PRODUCT.serialNumber],
    ...['--hw-ver', '1', '--hw-ver-str', '1.0', '--dm', '2'],
    ...['--dac-cert', 'dac.pem', '--dac-key', 'dac-key.pem', '--pai-cert', 'pai.pem', '--cd', 'cd.der'],
  ];
}

/** Checks that entries are equal, except for the generated salt and the verifier, which must match it. */
function checkEqual(folder: string, contenders: readonly Contender[]): void {
  let expected: string | undefined;
  for (const contender of contenders) {
    time(contender);
    const entries = entriesOf(imageIn(join(folder, 'out')));
    const salt = fromBase64(String(entries.get('chip-factory salt')), 'the salt');
    const verifier = fromBase64(String(entries.get('chip-factory verifier')), 'the verifier');
    const { bytes } = computeVerifier({ passcode: PASSCODE, salt, iterations: ITERATIONS });
    if (toHex(bytes) !== toHex(verifier))
      throw new Error(`${contender.name}: the verifier does not match the salt`);
    for (const key of ['salt', 'verifier']) entries.delete(`chip-factory ${key}`);
    const text = JSON.stringify([...entries].sort());
    expected ??= text;
    if (text !== expected) throw new Error(`${contender.name} made another image:\n${text}\n${expected}`);
    rmSync(join(folder, 'out'), { recursive: true });
  }
}

function imageIn(folder: string): Uint8Array {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /(?:factory_|-)partition\.bin$/.test(path),
  );
  const [only] = found;
  if (found.length !== 1 || only === undefined)
    throw new Error(`images found: ${found.join(', ') || 'none'}`);
  return readFileSync(join(folder, only));
}

function entriesOf(image: Uint8Array): Map<string, string> {
  return new Map(
    decodeNvs(image).entries.map((entry) => [
      `${entry.namespace} ${entry.key}`,
      entry.value instanceof Uint8Array ? toHex(entry.value) : String(entry.value),
    ]),
  );
}
