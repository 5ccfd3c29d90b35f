import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePrivateKeyPem, FactoryError, generateKey, randomBytes, sha256 } from 'nvs-core';
import { signerErrors } from '../../src/errors';
import { type ProgramSignerOptions, programSigner } from '../../src/signer';
import { describeAnswer, signatureOf } from '../../src/signer/answer';
import { redact } from '../../src/signer/redact';

const KEY = generateKey(randomBytes);
const DIGEST = sha256(Buffer.from('what is to be signed'));

let signature: Uint8Array;
let folder: string;
beforeAll(async () => {
  signature = await KEY.algorithm.signature.sign(DIGEST, KEY.raw);
  folder = mkdtempSync(join(tmpdir(), 'signer-'));
  writeFileSync(join(folder, 'key.pem'), encodePrivateKeyPem(KEY));
  writeFileSync(join(folder, 'plain.txt'), 'no program', { mode: 0o644 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sign = (command: readonly string[], options: Partial<ProgramSignerOptions> = {}) =>
  programSigner({ command, publicKey: KEY, folder, timeoutSeconds: 20, ...options }).sign(DIGEST);
const shell = (script: string) => ['sh', '-c', script];
const octal = (data: Uint8Array) =>
  [...data].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
const answering = (data: Uint8Array) => shell(`printf '${octal(data)}'`);
const rawOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

/** r and s of a DER signature, 32 bytes each. */
function rawSignature(der: Uint8Array): Uint8Array {
  const rLength = der[3] ?? 0;
  const part = (data: Uint8Array) =>
    Buffer.from(data)
      .toString('hex')
      .replace(/^00(?=(..){32}$)/, '')
      .padStart(64, '0');
  return rawOf(part(der.subarray(4, 4 + rLength)) + part(der.subarray(6 + rLength)));
}

describe('a program as signer', () => {
  it.each<[string, readonly string[]]>([
    ['reads the digest on standard input', ['openssl', 'pkeyutl', '-sign', '-inkey', 'key.pem']],
    ['may open its input as a file', shell('openssl pkeyutl -sign -inkey key.pem -in /dev/stdin')],
    ['may start others that read it', shell('cat | openssl pkeyutl -sign -inkey key.pem')],
  ])('%s', async (_name, command) => {
    expect(await KEY.algorithm.signature.verify(await sign(command), DIGEST, KEY.publicKey)).toBe(true);
  });

  it('gets 32 bytes and then the end', async () => {
    await sign(shell(`cat > seen; printf '${octal(signature)}'`));
    expect(Uint8Array.from(readFileSync(join(folder, 'seen')))).toEqual(DIGEST);
  });

  it('answers DER, or r and s', async () => {
    expect(await sign(answering(signature))).toEqual(signature);
    expect(await sign(answering(rawSignature(signature)))).toEqual(signature);
  });

  it('does not wait for child processes that keep its output open', async () => {
    const start = Date.now();
    expect(await sign(shell(`sleep 15 & printf '${octal(signature)}'`))).toEqual(signature);
    expect(Date.now() - start).toBeLessThan(8000);
  });

  it('leaves no digest behind', async () => {
    const mine = () =>
      readdirSync(tmpdir()).filter((name) => name.startsWith(`esp32-factory-digest-${process.pid}-`));
    await sign(answering(signature));
    await expect(sign(['no-such-program'])).rejects.toThrow(FactoryError);
    expect(mine()).toEqual([]);
  });
});

const REJECTED: readonly [string, readonly string[], string, RegExp][] = [
  ['a missing program', ['no-such-program'], 'signer.program-unusable', /there is no such program/],
  ['a file that is not executable', ['./plain.txt'], 'signer.program-unusable', /not executable/],
  ['no name', [''], 'signer.program-unusable', /is invalid/],
  [
    'an exit status',
    shell('echo PIN locked >&2; exit 3'),
    'signer.failed',
    /sh failed with exit status 3: PIN locked/,
  ],
  ['death by a signal', shell('kill -9 $$'), 'signer.failed', /signal SIGKILL/],
  ['no answer', ['true'], 'signer.answer-malformed', /answered nothing/],
  [
    'no answer, but text on standard error',
    shell('echo no key >&2'),
    'signer.answer-malformed',
    /nothing \(standard error: no key\)/,
  ],
  ['hexadecimal text', shell('printf 4eadbeef'), 'signer.answer-malformed', /hexadecimal text/],
  ['base64 text', shell('echo MEUCIQC7DQ1iVTZx5X2Ol3BCGijpIjvs'), 'signer.answer-malformed', /base64 text/],
  ['other text', shell('echo "signature: none"'), 'signer.answer-malformed', /bytes of text/],
  ['other bytes', answering(Uint8Array.of(1, 2, 255)), 'signer.answer-malformed', /3 bytes in neither form/],
  [
    '64 bytes that are not a signature',
    answering(new Uint8Array(64).fill(255)),
    'signer.answer-malformed',
    /64 bytes/,
  ],
  ['an endless answer', ['yes'], 'signer.answer-malformed', /more than 4096 bytes/],
];

describe('rejected', () => {
  it.each(REJECTED)('%s', async (_name, command, code, message) => {
    const error: unknown = await sign(command).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FactoryError);
    if (error instanceof FactoryError)
      expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
  });

  it.each([
    ['sleep 30', 'echo waiting for a touch >&2; exec sleep 30'],
    ['one that ignores SIGTERM', 'trap "" TERM; echo waiting for a touch >&2; sleep 30'],
  ])('no answer in time: %s', async (_name, script) => {
    const start = Date.now();
    await expect(sign(shell(script), { timeoutSeconds: 0.5 })).rejects.toThrow(
      /signer.timeout: .*0.5 seconds, and was stopped: waiting for a touch/,
    );
    expect(Date.now() - start).toBeLessThan(10000);
  });

  it('every code of the table', () => {
    const tested = new Set([...REJECTED.map(([, , code]) => code), 'signer.timeout']);
    expect([...tested].sort()).toEqual([...signerErrors.codes].sort());
  });

  const URI = 'pkcs11:token=pai;object=key?pin-value=1357%2F2468&pin-source=file:%2Fpins%2Fpai.txt';

  /** What is said of a signer that prints its arguments and environment, and fails. */
  const echoed = async (args: readonly string[], env: NodeJS.ProcessEnv) => {
    const command = ['sh', '-c', 'echo "$@" >&2; env >&2; exit 1', 'sh', ...args];
    const given = { PATH: process.env.PATH, ...env };
    const error: unknown = await sign(command, { env: given }).catch((thrown: unknown) => thrown);
    return `${String(error)} ${JSON.stringify(error)}`;
  };

  it.each<[string, readonly string[], NodeJS.ProcessEnv, RegExp]>([
    ['an option', ['--pin', '97531864'], {}, /97531864/],
    ['an option with =', ['--password=hunter2'], {}, /hunter2/],
    ['an option of OpenSSL', ['-passin', 'pass:hunter2'], {}, /hunter2/],
    ['a short option', ['-p', '97531864'], {}, /97531864/],
    ['a PIN of a URI', ['--uri', URI], {}, /1357|2468/],
    ['a URI as argument', [URI], {}, /1357|2468|pai\.txt/],
    ['a URI in a variable', [], { TOKEN_URI: URI }, /1357|2468|pai\.txt/],
    ['a variable by its name', [], { HSM_PIN: '2468' }, /2468/],
    ['a variable of any name', [], { OPERATOR: 'correct horse battery' }, /correct horse/],
    ['a variable with several lines', [], { DAC_KEY: 'first line\nsecond line' }, /first line|second line/],
  ])('without the secret in %s', async (_name, args, env, secret) => {
    const text = await echoed(args, env);
    expect(text).toContain('signer.failed');
    expect(text).not.toMatch(secret);
  });

  it('nor in the URI that the program was not given, or decoded or encoded', async () => {
    const say = async (text: string) => {
      const command = ['sh', '-c', `printf '%s' '${text}' >&2; exit 1`, 'sh', URI, '--pin', 'a b/c'];
      return String(await sign(command).catch((thrown: unknown) => thrown));
    };
    expect(await say('pkcs11:id=1;pin-value=8642?pin-source=/p')).not.toMatch(/8642|\/p/);
    expect(await say('bad PIN 1357/2468 of 1357%2F2468')).not.toMatch(/2468/);
    expect(await say('a b/c, a%20b%2Fc')).toMatch(/: \*\*\*, \*\*\*$/);
  });

  it('nor in the name of a program, or a file, that is a whole command', async () => {
    for (const program of [`pkcs11-tool --pin 97531864`, `tool ${URI}`, URI]) {
      const error = await sign([program]).catch((thrown: unknown) => thrown);
      expect(String(error)).toContain('signer.program-unusable');
      expect(`${String(error)} ${JSON.stringify(error)}`).not.toMatch(/97531864|1357|2468/);
    }
  });

  it('nor half of one, where more is printed than is kept', async () => {
    const secret = 'abcdefghijklmnopqrstuvwxyz0123456789';
    for (const extra of [1, 7, 20, 33]) {
      const script = `i=0; while [ $i -lt 150 ]; do printf %s "$PIN" >&2; i=$((i+1)); done; printf %${extra}s x >&2; exit 1`;
      const env = { PATH: process.env.PATH, PIN: secret };
      const error = await sign(shell(script), { env }).catch((thrown: unknown) => thrown);
      expect(String(error)).toMatch(/exit status 1: (\*\*\*)+ *x$/);
    }
  });

  it('in the usual form', () => {
    const args = ['--pin', '97531864', '--password=hunter2'];
    const text = redact('bad --pin 97531864 --password=hunter2 24681357', args, { TOKEN_PIN: '24681357' });
    expect(text).toBe('bad --pin *** --password=*** ***');
  });
});

describe('an answer', () => {
  it('of 64 bytes that verifies as DER is taken as it is', async () => {
    const der = new Uint8Array(64).fill(0x30);
    expect(await signatureOf(der, KEY.algorithm.signature, async () => true)).toBe(der);
  });

  it('is described without its bytes', () => {
    expect(describeAnswer(new Uint8Array())).toBe('nothing');
    expect(describeAnswer(rawOf('00ff'))).not.toContain('ff');
  });

  it('keeps short arguments readable', () => {
    expect(redact('slot 1', ['--pin', '1'], { KEY: '' })).toBe('slot 1');
  });
});
