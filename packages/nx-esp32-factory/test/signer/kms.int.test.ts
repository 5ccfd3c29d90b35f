import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePrivateKeyPem, generateKey, randomBytes, sha256 } from 'nvs-core';
import { programSigner } from '../../src/signer';
import { codeBlock } from '../code-blocks';

const KEY = generateKey(randomBytes);
const DIGEST = sha256(Buffer.from('the signed data'));

/** A fake of the service's command with what the script uses: a key by its id, a message in a file, base64 text. */
const FAKE_AWS = `#!/bin/sh
set -eu
while [ $# -gt 0 ]; do
  case $1 in
    --key-id) key=$2 ;;
    --message) message=\${2#fileb://} ;;
    --message-type) [ "$2" = DIGEST ] ;;
  esac
  shift
done
if [ "$key" != alias/pai ]; then echo "AccessDeniedException: $key" >&2; exit 254; fi
openssl pkeyutl -sign -inkey key.pem -in "$message" | base64 -w0
echo
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kms-'));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'aws'), FAKE_AWS, { mode: 0o755 });
  writeFileSync(join(folder, 'key.pem'), encodePrivateKeyPem(KEY));
  const script = codeBlock('guide/signers.md', 'sign-with-kms.sh');
  writeFileSync(join(folder, 'sign-with-kms.sh'), script, { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sign = (key: string) =>
  programSigner({
    command: ['./sign-with-kms.sh', key],
    publicKey: KEY,
    folder,
    env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` },
  }).sign(DIGEST);

describe("the guide's script for a key service", () => {
  it('answers the signature of the digest', async () => {
    expect(await KEY.algorithm.signature.verify(await sign('alias/pai'), DIGEST, KEY.publicKey)).toBe(true);
  });

  it('fails if the service fails, with its message', async () => {
    await expect(sign('alias/none')).rejects.toThrow(
      /signer.failed: .*exit status 254: AccessDeniedException/,
    );
  });
});
