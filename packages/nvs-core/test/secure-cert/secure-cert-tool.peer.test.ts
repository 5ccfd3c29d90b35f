import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peerProgram } from '../../../../tools/testing/peer-program';
import { sha256 } from '../../src/crypto/hash';
import { decodeSecureCert, encodeSecureCert } from '../../src/secure-cert';
import { full } from './vectors';

const tool = peerProgram('secure-cert-tool', 'configure_esp_secure_cert.py');

describe('esp-secure-cert-tool', () => {
  let directory = '';
  const file = (...names: readonly string[]) => join(directory, ...names);
  const run = (...args: readonly string[]) =>
    execFileSync(tool, args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'secure-cert-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test('makes the same image', () => {
    const image = encodeSecureCert(full, { pad: false, sha256 });
    const rows = decodeSecureCert(image).tlvs.flatMap(({ type, subtype, data }) => {
      const name = `${type}-${subtype}.der`;
      writeFileSync(file(name), data);
      const key = type === 2 ? 'plaintext,ECDSA,256,,' : ',,,,';
      return type === 9 ? [] : [`${type},${subtype},${name},file,${key}`];
    });
    const header =
      'tlv_type,tlv_subtype,data_value,data_type,priv_key_type,algorithm,key_size,efuse_id,efuse_key';
    writeFileSync(file('ours.csv'), [header, ...rows, ''].join('\n'));
    run('--skip_flash', '--target_chip', 'esp32h2', '--esp_secure_cert_csv', 'ours.csv');
    expect(Uint8Array.from(readFileSync(file('esp_secure_cert_data/esp_secure_cert.bin')))).toEqual(image);
  });

  // its parser knows no Matter types, though its writer takes them
  test('parses our image', () => {
    const { commissioning: _, random: __, ...contents } = full;
    writeFileSync(file('ours.bin'), encodeSecureCert(contents));
    run('--parse_bin', 'ours.bin');
    const parsed = file('esp_secure_cert_parsed_data', 'contents');
    const read = (start: string) => {
      const name = readdirSync(parsed).find((candidate) => candidate.startsWith(start)) ?? start;
      return Uint8Array.from(readFileSync(join(parsed, name)));
    };
    expect(read('devcert_1_0.der')).toEqual(full.dac);
    expect(read('cacert_0_0.der')).toEqual(full.pai);
    expect(read('privkey_2_0.der')).toEqual(full.privateKey.der);
    const csv = readdirSync(join(parsed, '..')).find((name) => name.endsWith('.csv')) ?? '';
    const custom = Buffer.from(full.custom[1].data).toString('hex').toUpperCase();
    expect(readFileSync(join(parsed, '..', csv), 'utf8')).toContain(`,1,${custom},hex,`);
  });
});
