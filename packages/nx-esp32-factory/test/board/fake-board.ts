/** An esptool and an espefuse that simulate a board, whose state and failures a test sets. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const MAC = '60:55:f9:f7:2c:a2';

export interface BoardState {
  /** As esptool prints it. */
  readonly chip: string;
  readonly revision: string;
  readonly mac: string;
  readonly flashSize: string;
  readonly flashEncryption: 'Enabled' | 'Disabled';
  readonly releaseMode: boolean;
  /** The major version of esptool. */
  readonly major: number;
  /** For the nth call of a command ("write-flash 1"): what it prints before it ends with status 2. */
  readonly failures: Readonly<Record<string, string>>;
  /** For the nth summary of espefuse: fields that replace the real ones. */
  readonly summaries: Readonly<Record<string, object>>;
}

const HEALTHY: BoardState = {
  chip: 'ESP32-C3',
  revision: 'v0.4',
  mac: MAC,
  flashSize: '4MB',
  flashEncryption: 'Disabled',
  releaseMode: false,
  major: 5,
  failures: {},
  summaries: {},
};

export class FakeBoard {
  readonly esptool: string;
  readonly #folder: string;

  constructor(folder: string, state: Partial<BoardState> = {}) {
    this.#folder = join(folder, 'tools');
    mkdirSync(this.#folder, { recursive: true });
    this.esptool = this.#program('esptool');
    this.#program('espefuse');
    this.set(state);
  }

  set(state: Partial<BoardState>): void {
    writeFileSync(join(this.#folder, 'state.json'), JSON.stringify({ ...HEALTHY, ...state }));
  }

  /** The arguments of each call, the version query excepted. */
  get calls(): string[][] {
    const path = join(this.#folder, 'calls');
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as string[]);
  }

  /** The commands that were called, in order. */
  get commands(): string[] {
    return this.calls.map((args) => args.find((word) => COMMANDS.includes(word.replaceAll('_', '-'))) ?? '?');
  }

  /** The purposes of burned blocks. */
  get burned(): Record<string, string> {
    const path = join(this.#folder, 'burned.json');
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>) : {};
  }

  #program(name: string): string {
    const path = join(this.#folder, name);
    const head = `#!${process.execPath}\nconst FOLDER = ${JSON.stringify(this.#folder)};\n`;
    writeFileSync(path, `${head}const COMMANDS = ${JSON.stringify(COMMANDS)};\n${PROGRAM}`);
    chmodSync(path, 0o755);
    return path;
  }
}

const COMMANDS = ['flash-id', 'get-security-info', 'write-flash', 'read-flash', 'summary', 'burn-key'];

const PROGRAM = `
const fs = require('node:fs');
const path = require('node:path');
const args = process.argv.slice(2);
const state = JSON.parse(fs.readFileSync(path.join(FOLDER, 'state.json'), 'utf8'));
if (args.includes('version')) {
  console.log('esptool v' + state.major + '.0.0\\n' + state.major + '.0.0');
  process.exit(0);
}
const name = (word) => word.replaceAll('_', '-');
const command = name(args.find((word) => COMMANDS.includes(name(word))) ?? '');
const log = path.join(FOLDER, 'calls');
fs.appendFileSync(log, JSON.stringify(args) + '\\n');
const lines = fs.readFileSync(log, 'utf8').trim().split('\\n').map((line) => JSON.parse(line).map(name));
const count = lines.filter((line) => line.includes(command)).length;
const at = args.findIndex((word) => name(word) === command);
const failure = state.failures[command + ' ' + count];
const burned = path.join(FOLDER, 'burned.json');
const blocks = fs.existsSync(burned) ? JSON.parse(fs.readFileSync(burned, 'utf8')) : {};
if (failure !== undefined && command !== 'burn-key') {
  console.log(failure);
  process.exit(2);
}
if (command === 'flash-id')
  console.log('Detecting chip type... ' + state.chip + '\\nChip type:          ' + state.chip + ' (QFN32) (revision ' + state.revision + ')\\nBASE MAC: ' + state.mac + '\\nDetected flash size: ' + state.flashSize);
if (command === 'get-security-info') console.log('Flash Encryption: ' + state.flashEncryption);
const flash = path.join(FOLDER, 'flash.bin');
const bytes = () => (fs.existsSync(flash) ? fs.readFileSync(flash) : Buffer.alloc(0x400000, 0xff));
if (command === 'write-flash') {
  const pairs = args.slice(at + 1).filter((word) => !word.startsWith('--') && word !== 'keep');
  const content = bytes();
  for (let index = 0; index < pairs.length; index += 2)
    fs.readFileSync(pairs[index + 1]).copy(content, Number(pairs[index]));
  fs.writeFileSync(flash, content);
}
if (command === 'read-flash') {
  const [address, length] = args.slice(at + 1).map(Number);
  fs.writeFileSync(args[at + 3], bytes().subarray(address, address + length));
}
if (command === 'burn-key') {
  for (let index = at + 1; index < args.length; index += 3) blocks[args[index]] = args[index + 2];
  const skipped = /skip (\\w+)/.exec(failure ?? '')?.[1];
  if (skipped === 'all') for (const block of Object.keys(blocks)) delete blocks[block];
  else if (skipped !== undefined) delete blocks[skipped];
  fs.writeFileSync(burned, JSON.stringify(blocks));
  if (failure !== undefined) {
    console.log(failure);
    process.exit(2);
  }
}
if (command === 'summary') {
  const field = (value, free = true) => ({ value, readable: free, writeable: free });
  const fields = {
    MAC: field(state.mac + ' (OK)'),
    RD_DIS: field(0),
    DIS_DOWNLOAD_MANUAL_ENCRYPT: field(state.releaseMode),
  };
  for (let block = 0; block < 6; block++) {
    const purpose = blocks['BLOCK_KEY' + block];
    fields['BLOCK_KEY' + block] = field(purpose ? '?? ??' : Array(32).fill('00').join(' '), !purpose);
    fields['KEY_PURPOSE_' + block] = { ...field(purpose || 'USER'), writeable: !purpose };
  }
  console.log(JSON.stringify({ ...fields, ...state.summaries[count] }));
}
`;
