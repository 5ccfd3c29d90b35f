/** Every command of esp32-factory, as it succeeds in a copy of the example app after `prepare`. */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { run } from '../../src/cli/main';
import { FakeTerminal } from '../light-app';

const CSV = ['key,type,encoding,value', 'n,namespace,,', 'k,data,u8,7', ''].join('\n');
const CREDENTIALS = [
  ['--dac', 'credentials/dac.pem'],
  ['--pai', 'credentials/pai.pem'],
  ['--cd', 'credentials/cd.der'],
  ['--paa-dir', 'credentials/paa-trust-store'],
  ['--cd-signers', 'signers'],
].flat();

interface WholeCommand {
  readonly argv: readonly string[];
  /** The file that it writes. */
  readonly writes?: string;
}

export const COMMANDS: readonly WholeCommand[] = [
  { argv: ['--help'] },
  { argv: ['--version'] },
  { argv: ['image', '--help'] },
  { argv: ['init', 'new-app', '--no-interactive'], writes: 'new-app/factory.config.json' },
  { argv: ['image', 'factory.config.json', '--output_dir', 'made'], writes: 'made/factory_partition.bin' },
  {
    argv: ['image', 'factory.config.json', '--output_dir', 'made-json', '--json'],
    writes: 'made-json/factory_partition.bin',
  },
  ...[[], ['--json'], ['--html'], ['--csv', '--show-secrets'], ['--show-secrets']].map((options) => ({
    argv: ['inspect', 'bin/factory_partition.bin', ...options],
  })),
  ...['github', 'sarif', 'junit'].map((format) => ({
    argv: ['inspect', 'bin/factory_partition.bin', '--format', format],
  })),
  { argv: ['inspect', 'bin/factory_partition.bin', '--html', '-o', 'page.html'], writes: 'page.html' },
  { argv: ['verify', '--config', 'factory.config.json', '--level', '1'] },
  { argv: ['verify', '--config', 'factory.config.json', '--level', '1', '--json'] },
  { argv: ['verify', '--config', 'factory.config.json', '--level', '1', '--format', 'sarif'] },
  { argv: ['flash', 'factory.config.json', '--output_dir', 'bin', '--dry-run'] },
  ...['bash', 'zsh', 'fish'].map((shell) => ({ argv: ['completion', shell] })),
  { argv: ['diff', 'n.bin', 'n.bin'] },
  { argv: ['diff', 'n.bin', 'n.bin', '--json'] },
  { argv: ['nvs', 'generate', 'n.csv', 'made.bin', '0x3000'], writes: 'made.bin' },
  { argv: ['nvs', 'generate', 'n.csv', 'made-json.bin', '0x3000', '--json'], writes: 'made-json.bin' },
  {
    argv: ['nvs', 'encrypt', 'n.csv', 'made-encrypted.bin', '0x3000', '--inputkey', 'keys/k.bin'],
    writes: 'made-encrypted.bin',
  },
  { argv: ['nvs', 'decrypt', 'e.bin', 'keys/k.bin', 'made-plain.bin'], writes: 'made-plain.bin' },
  { argv: ['nvs', 'generate-key', '--keyfile', 'made.bin'], writes: 'keys/made.bin' },
  { argv: ['partitions', 'partitions.csv'] },
  { argv: ['partitions', 'partitions.csv', '--json'] },
  { argv: ['partitions', 'partitions.csv', 'made-table.bin'], writes: 'made-table.bin' },
  { argv: ['attestation', 'show', 'credentials/dac.pem', 'credentials/pai.pem', 'credentials/cd.der'] },
  { argv: ['attestation', 'show', 'credentials/dac.pem', '--json'] },
  {
    argv: ['attestation', 'trust', '--from', 'credentials/paa-trust-store', '--to', 'made-trust'],
    writes: 'made-trust/trust.json',
  },
  { argv: ['attestation', 'check', ...CREDENTIALS] },
  { argv: ['attestation', 'check', ...CREDENTIALS, '--json'] },
  {
    argv: ['attestation', 'issue-paa', '--common-name', 'Made', '--out', 'made-paa.pem'],
    writes: 'made-paa.pem',
  },
  {
    argv: ['attestation', 'create-csr', '--common-name', 'Made', '--out', 'made-csr.pem', '--json'],
    writes: 'made-csr.pem',
  },
  ...[
    ['issue-cd-signer'],
    ['issue-pai', '--ca-cert', 'credentials/paa-trust-store/paa.der', '--ca-key', 'credentials/paa-key.pem'],
    [
      ...['issue-dac', '--ca-cert', 'credentials/pai.pem', '--ca-key', 'credentials/pai-key.pem'],
      ...['--product-id', '0x8001'],
    ],
    [
      ...['issue-cd', '--test-key', '--vendor-id', '0xFFF1', '--product-id', '0x8001'],
      ...['--device-type-id', '0x0101', '--certificate-id', 'ZIG0000000000000000'],
    ],
  ].map((argv) => ({ argv: ['attestation', ...argv, '--out', 'made.pem', '--force'], writes: 'made.pem' })),
  { argv: ['cache-digest', 'factory.config.json', 'made'] },
];

/** Makes the inputs of the commands in the current folder. */
export async function prepare(): Promise<void> {
  writeFileSync('n.csv', CSV);
  mkdirSync('new-app');
  copyFileSync('CMakeLists.txt', 'new-app/CMakeLists.txt');
  mkdirSync('signers');
  copyFileSync('credentials/paa-trust-store/paa.der', 'signers/signer.der');
  for (const argv of [
    ['image', 'factory.config.json'],
    ['nvs', 'generate', 'n.csv', 'n.bin', '0x3000'],
    ['nvs', 'generate-key', '--keyfile', 'k.bin'],
    ['nvs', 'encrypt', 'n.csv', 'e.bin', '0x3000', '--inputkey', 'keys/k.bin'],
  ]) {
    const terminal = new FakeTerminal();
    if ((await run(argv, terminal)) !== 0) throw new Error(`${argv.join(' ')}: ${terminal.stderr}`);
  }
  if (!existsSync('bin/factory_partition.bin')) throw new Error('no image');
}
