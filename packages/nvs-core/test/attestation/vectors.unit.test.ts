import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { vectors } from '../../../../tools/testing/vectors';
import { createPrivateKey, parseCertificates } from '../../src';
import { fromHex } from '../../src/bytes/text';
import { checkBytes } from './forgery';

/** The SDK's commissioner_dut cases, with their success mark and subject. */
const FOLDER = vectors('commissioner-dut');
const PAA = resolve(FOLDER, 'PAA-FFF1-Cert.pem');
const TEST_PAA = resolve(FOLDER, '../chip-test/Chip-Test-PAA-NoVID-Cert.pem');

interface Vector {
  readonly is_success_case: string;
  readonly basic_info_pid?: number;
  readonly dac_cert: string;
  readonly pai_cert: string;
  readonly certification_declaration: string;
  readonly dac_private_key?: string;
}

/** The number that a refused vector must have: the one of the SDK's verifier for what the name says. */
const NUMBERS: Readonly<Record<string, number>> = {
  struct_cd_authorized_paa_list_count3_invalid: 606,
  struct_cd_cms_v2: 602,
  struct_cd_dac_origin_vid_present_pid_missing: 603,
  struct_cd_pid_array_count01_mismatch: 605,
  struct_cd_signer_info_skid_invalid: 601,
  struct_dac_cert_version_v2: 303,
  struct_dac_ext_basic_critical_wrong: 303,
  struct_dac_ext_basic_pathlen1: 303,
  struct_dac_ext_key_usage_missing: 303,
  struct_dac_sig_curve_secp256k1: 303,
  struct_dac_valid_in_future: 300,
  struct_dac_vidpid_fallback_encoding_09: 303,
  struct_pai_ext_basic_pathlen1: 203,
};

describe('commissioner_dut vectors', () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  const paaTrustStore = () => [PAA, TEST_PAA].flatMap((path) => parseCertificates(readFileSync(path)));

  test.each(names.map((name) => name.replace('.json', '')))('%s', (name) => {
    const vector = JSON.parse(readFileSync(resolve(FOLDER, `${name}.json`), 'utf8')) as Vector;
    const key = vector.dac_private_key;
    const { isAccepted, findings, attestationResult } = checkBytes({
      dac: fromHex(vector.dac_cert),
      pai: fromHex(vector.pai_cert),
      cd: fromHex(vector.certification_declaration),
      // The key of the secp256k1 case is none of P-256's.
      ...(key === undefined || name.includes('secp256k1') ? {} : { dacKey: createPrivateKey(fromHex(key)) }),
      paaTrustStore: paaTrustStore(),
      vendorId: 0xfff1,
      productId: vector.basic_info_pid ?? (name.includes('fallback_encoding') ? 0x00b1 : 0x8000),
      at: new Date('2023-01-01T00:00:00Z'),
    });
    const seen = findings
      .filter(({ severity }) => severity === 'error')
      .map(({ code, result }) => [code, result?.number]);
    expect({ isAccepted, seen }).toEqual({
      isAccepted: vector.is_success_case === 'true',
      seen: expect.anything(),
    });
    if (!isAccepted) {
      expect(attestationResult?.number).toBe(NUMBERS[name]);
    }
  });
});
