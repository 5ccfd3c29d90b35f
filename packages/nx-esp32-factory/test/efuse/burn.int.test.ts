import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FactoryError } from 'nvs-core';
import { run } from '../../src/cli/main';
import { burnEfuses, withKeyFiles } from '../../src/efuse';
import { resultOf } from '../../src/executors/terminal';
import { FakeTerminal } from '../light-app';

const MAC = '60:55:f9:f7:2c:a2';
const READABLE = Array(32).fill('5A').join(' ');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'burn-int-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A fake espefuse: answers each summary with the next of these blocks, and burn-key with a text and a status. */
function fake(blocks: readonly object[], burn: readonly [text: string, status: number] = ['', 0]) {
  const script = `
    const fs = require("fs");
    const log = ${JSON.stringify(join(folder, 'calls'))};
    fs.appendFileSync(log, process.argv.slice(1).join(" ") + "\\n");
    const summaries = fs.readFileSync(log, "utf8").split("\\n").filter((line) => / summary /.test(line)).length;
    const free = { value: "x", readable: true, writeable: true };
    const fields = { MAC: { ...free, value: "${MAC} (OK)" }, RD_DIS: free };
    if (process.argv.includes("summary"))
      console.log(JSON.stringify({ ...fields, ...${JSON.stringify(blocks)}[summaries - 1] }));
    else {
      console.log(${JSON.stringify(burn[0])});
      process.exitCode = ${burn[1]};
    }`;
  const file = join(folder, 'espefuse.js');
  writeFileSync(file, script);
  return { command: [process.execPath, file] as const, major: 5 };
}

const block = (value: string, purpose: string, free = true) => ({
  BLOCK_KEY0: { value, readable: free, writeable: free },
  KEY_PURPOSE_0: { value: purpose, readable: true, writeable: free },
});
const EMPTY = block(Array(32).fill('00').join(' '), 'USER');
const BURNED = block('?? ??', 'HMAC_UP', false);

async function burn(espefuse: { command: readonly [string, ...string[]]; major: number }) {
  writeFileSync(join(folder, 'key'), Buffer.alloc(32, 1), { mode: 0o600 });
  let output = '';
  const print = (text: string) => {
    output += text;
  };
  const keys = [{ block: 0, purpose: 'HMAC_UP' as const, file: join(folder, 'key') }];
  const options = { espefuse, chip: 'esp32c6', target: { port: 'COM3' }, keys, confirm: MAC };
  try {
    await burnEfuses({ ...options, onOutput: print, onNotice: print });
    return { code: undefined, output };
  } catch (error) {
    if (error instanceof FactoryError) return { code: error.code, output: output + error.message };
    throw error;
  }
}

it('reads the summary, burns, and reads it again, and shows only the output of burning', async () => {
  const { code, output } = await burn(fake([EMPTY, BURNED], ['BURN BLOCK4 - OK', 0]));
  expect(code).toBeUndefined();
  expect(output).toContain('BURN BLOCK4 - OK');
  expect(output).not.toContain('BLOCK_KEY0":');
  const calls = readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
  expect(calls.map((line) => /summary|burn-key/.exec(line)?.[0])).toEqual(['summary', 'burn-key', 'summary']);
});

const ROWS: readonly {
  what: string;
  code: string;
  command?: readonly [string, ...string[]];
  blocks?: readonly object[];
  answer?: readonly [string, number];
}[] = [
  { what: 'a block that stays empty', code: 'efuse.not-burned', blocks: [EMPTY, EMPTY] },
  {
    what: 'a key that can still be read',
    code: 'efuse.not-burned',
    blocks: [EMPTY, block(READABLE, 'HMAC_UP')],
  },
  {
    what: 'a failure',
    code: 'efuse.espefuse-failed',
    blocks: [EMPTY],
    answer: ['A fatal error occurred: the chip is on fire', 2],
  },
  { what: 'an empty summary', code: 'efuse.summary-unreadable', blocks: [{ MAC: null }] },
  { what: 'a readable key', code: 'efuse.block-not-empty', blocks: [block(READABLE, 'USER')] },
  {
    what: 'a Python without espefuse',
    code: 'efuse.espefuse-missing',
    command: [
      process.execPath,
      '-e',
      'console.error("/usr/bin/python3: No module named espefuse"); process.exitCode = 1;',
      '--',
    ],
  },
  { what: 'no program', code: 'efuse.espefuse-missing', command: ['/nowhere/espefuse'] },
];

it.each(ROWS)('reports $what: $code', async ({ code, command, blocks = [], answer }) => {
  const espefuse = command === undefined ? fake(blocks, answer) : { command, major: 5 };
  const result = await burn(espefuse);
  expect(result.code).toBe(code);
  expect(result.output).not.toContain(READABLE);
});

describe('the file of a key', () => {
  const KEYS = [1, 2].map((byte) => ({
    block: byte,
    purpose: 'HMAC_UP' as const,
    data: Buffer.alloc(32, byte),
  }));
  const privateFolders = () =>
    readdirSync(tmpdir()).filter((name) => name.startsWith(`nx-esp32-factory-${process.pid}-`));

  it('has no name on Linux, and reaches the program', async () => {
    const umask = process.umask(0);
    try {
      await withKeyFiles(KEYS, async (files, descriptors) => {
        const [name = ''] = privateFolders();
        const path = join(tmpdir(), name);
        expect(statSync(path).mode & 0o777).toBe(0o700);
        if (process.platform === 'linux') expect([readdirSync(path), descriptors.length]).toEqual([[], 2]);
        else for (const { file } of files) expect(statSync(file).mode & 0o777).toBe(0o600);
        const script =
          'for (const f of process.argv.slice(1)) console.log(require("fs").readFileSync(f).toString("hex"))';
        const read = spawnSync(process.execPath, ['-e', script, ...files.map(({ file }) => file)], {
          stdio: ['ignore', 'pipe', 'inherit', ...descriptors],
        });
        expect(String(read.stdout)).toBe(KEYS.map(({ data }) => `${data.toString('hex')}\n`).join(''));
      });
    } finally {
      process.umask(umask);
    }
    expect(privateFolders()).toEqual([]);
  });

  it('is inherited by espefuse', async () => {
    const espefuse = fake([EMPTY, BURNED]);
    const [key = { data: Buffer.alloc(0) }] = KEYS;
    await withKeyFiles([{ block: 0, purpose: 'HMAC_UP', data: key.data }], async (keys, descriptors) => {
      const reading = {
        ...espefuse,
        command: [process.execPath, '--require', reader(), ...espefuse.command.slice(1)] as [
          string,
          ...string[],
        ],
      };
      await burnEfuses({
        espefuse: reading,
        chip: 'esp32c6',
        target: { port: 'COM3' },
        keys,
        descriptors,
        confirm: MAC,
      });
    });
    expect(readFileSync(join(folder, 'key-read'), 'utf8')).toBe(key.data.toString('hex'));
  });

  /** A module that writes what the program reads from the file of its key. */
  function reader(): string {
    const file = join(folder, 'reader.cjs');
    writeFileSync(
      file,
      `const { readFileSync, writeFileSync } = require('fs');
       const at = process.argv.indexOf('BLOCK_KEY0');
       if (at > 0) writeFileSync(${JSON.stringify(join(folder, 'key-read'))}, readFileSync(process.argv[at + 1]).toString('hex'));`,
    );
    return file;
  }

  it.each([
    ['the command', async () => void (await run(['partitions', '/nowhere'], new FakeTerminal()))],
    ['a target', async () => void (await resultOf(async () => true))],
  ])('of a killed run is removed by the next run of %s', async (_, next) => {
    const stale = join(tmpdir(), 'nx-esp32-factory-999999999-abcdef');
    mkdirSync(stale, { recursive: true, mode: 0o700 });
    writeFileSync(join(stale, 'key-0'), 'key', { mode: 0o600 });
    await next();
    expect(existsSync(stale)).toBe(false);
  });
});
