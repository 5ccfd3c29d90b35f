import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Programs that a run may start by name. */
const PROGRAMS = ['node', 'git', 'sh', 'bash', 'python3', 'python', 'npm', 'npx', 'openssl', 'ps', 'stty'];

const MAC = '60:55:f9:f7:2c:a2';

/**
 * A folder for the front of PATH whose programs log their arguments, one call per line, and then run the real program;
 * esptool and espefuse simulate a device with flash encryption and empty eFuses, whose flash is flash.bin in the folder.
 */
export function writeShims(folder: string, options: { readonly log: string; readonly chip: string }): void {
  mkdirSync(folder, { recursive: true });
  const note = `printf '%s ' "$0" "$@" >> '${options.log}'; printf '\\n' >> '${options.log}'`;
  const write = (name: string, lines: readonly string[]) =>
    writeFileSync(join(folder, name), ['#!/bin/sh', note, ...lines, ''].join('\n'), { mode: 0o755 });
  for (const name of PROGRAMS) {
    const real = which(name);
    if (real !== undefined) write(name, [`exec '${real}' "$@"`]);
  }
  const esptool = join(folder, 'esptool.js');
  writeFileSync(esptool, ESPTOOL.replace('CHIP', options.chip).replace('FOLDER', folder));
  write('esptool', [`exec '${process.execPath}' '${esptool}' "$@"`]);
  const espefuse = join(folder, 'espefuse.js');
  writeFileSync(espefuse, ESPEFUSE.replaceAll('FOLDER', folder));
  write('espefuse', [`exec '${process.execPath}' '${espefuse}' "$@"`]);
}

function which(name: string): string | undefined {
  try {
    return execFileSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

const ESPTOOL = `
const args = process.argv.slice(2);
if (args.includes('version')) console.log('esptool v5.6.0\\n5.6.0');
if (args.includes('flash-id'))
  console.log('Detecting chip type... CHIP\\nBASE MAC: ${MAC}\\nDetected flash size: 4MB');
if (args.includes('get-security-info')) console.log('Flash Encryption: Enabled');
const at = args.indexOf('read-flash');
if (at > 0) {
  const fs = require('node:fs');
  const [address, length] = args.slice(at + 1).map(Number);
  fs.writeFileSync(args[at + 3], fs.readFileSync('FOLDER/flash.bin').subarray(address, address + length));
}
`;

/** Fails if others can read a key file; on Linux it has no name. */
const ESPEFUSE = `
const fs = require('node:fs');
const path = require('node:path');
const args = process.argv.slice(2);
const state = 'FOLDER/burned.json';
const burned = fs.existsSync(state) ? JSON.parse(fs.readFileSync(state, 'utf8')) : {};
const at = args.indexOf('burn-key');
for (let index = at + 1; at >= 0 && index < args.length; index += 3) {
  const [block, file, purpose] = args.slice(index);
  const modes = [file, path.dirname(file)].map((name) => (fs.statSync(name).mode & 0o777).toString(8));
  const isNameless = fs.statSync(file).nlink === 0;
  const isPrivate = process.platform === 'linux' ? isNameless && modes[0] === '600' : modes.join() === '600,700';
  if (!isPrivate) {
    console.log('A fatal error occurred: modes ' + modes + (isNameless ? ', nameless' : ''));
    process.exit(2);
  }
  burned[block] = purpose;
  fs.writeFileSync(state, JSON.stringify(burned));
}
if (args.includes('summary')) {
  const field = (value, free = true) => ({ value, readable: free, writeable: free });
  const fields = { MAC: field('${MAC} (OK)'), RD_DIS: field(0) };
  for (let block = 0; block < 6; block++) {
    const purpose = burned['BLOCK_KEY' + block];
    fields['BLOCK_KEY' + block] = field(purpose ? '?? ??' : Array(32).fill('00').join(' '), !purpose);
    fields['KEY_PURPOSE_' + block] = { ...field(purpose || 'USER'), writeable: !purpose };
  }
  console.log(JSON.stringify(fields));
}
`;

export const SHIM_MAC = MAC;
