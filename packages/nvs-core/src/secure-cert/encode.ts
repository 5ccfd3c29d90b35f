import { FactoryError, type Finding, type Where } from '../errors/factory-error';
import { secureCertErrors } from '../errors/secure-cert';
import { isAvailable, type LocatedTlv, tlvFindings } from './checks';
import type { SecureCertCommissioning, SecureCertContents, SecureCertKey } from './contents';
import {
  BLANK,
  EFUSE_BLK_KEY0,
  encodeTlv,
  KEY_BLOCKS,
  KEY_ECDSA_PERIPHERAL,
  MatterSubtype,
  SEC_CFG_LENGTH,
  SECTOR_LENGTH,
  SECURE_CERT_SIZE,
  SECURE_CERT_SIZE_LIMIT,
  TlvType,
  tlvLength,
} from './layout';

const { finding } = secureCertErrors;

export interface SecureCertOptions {
  /** Size of the partition in bytes. Default 0x2000. */
  readonly size?: number;
  /** Pads the image with 0xFF to the size of the partition. Default true. */
  readonly pad?: boolean;
  /** A SHA-256 function: adds the integrity entry that esp-secure-cert-tool writes last. */
  readonly sha256?: (data: Uint8Array) => Uint8Array;
}

/**
 * The esp_secure_cert partition: DAC, PAI, key, SEC_CFG for a key in the eFuses, commissionable data, custom
 * entries. Errors, all at once: any secure-cert code of severity error.
 * Source: esp_secure_cert_mgr, docs/format.md; the order is esp-matter-mfg-tool's.
 */
export function encodeSecureCert(contents: SecureCertContents, options: SecureCertOptions = {}): Uint8Array {
  const { size = SECURE_CERT_SIZE, pad = true, sha256 } = options;
  const { tlvs, findings } = tlvsOf(contents);
  findings.push(...sizeFindings(size));
  if (tlvs.length === 0 && findings.length === 0) {
    findings.push(finding('secure-cert.empty', {}));
  } else if (tlvs.length > 0) {
    findings.push(...tlvFindings(tlvs).filter((finding) => finding.severity === 'error'));
  }
  const used = tlvs.reduce((sum, tlv) => sum + tlvLength(tlv.data.length), 0);
  const length = used + (sha256 === undefined ? 0 : tlvLength(32));
  if (length > size) findings.push(finding('secure-cert.too-large', { length, size }));
  if (findings.length > 0) throw new FactoryError(findings);

  const image = new Uint8Array(pad ? size : length).fill(BLANK);
  let offset = 0;
  const append = (bytes: Uint8Array) => {
    image.set(bytes, offset);
    offset += bytes.length;
    bytes.fill(0);
  };
  for (const tlv of tlvs) append(encodeTlv(tlv));
  if (sha256 !== undefined) {
    const data = sha256(image.subarray(0, used));
    append(encodeTlv({ type: TlvType.INTEGRITY, subtype: 0, flags: 0, data }));
  }
  return image;
}

function sizeFindings(size: number): Finding[] {
  return size > 0 && size <= SECURE_CERT_SIZE_LIMIT && size % SECTOR_LENGTH === 0
    ? []
    : [finding('secure-cert.size-invalid', { size, limit: SECURE_CERT_SIZE_LIMIT })];
}

interface Tlvs {
  readonly tlvs: LocatedTlv[];
  readonly findings: Finding[];
}

function tlvsOf({ dac, pai, privateKey, commissioning, random, custom = [] }: SecureCertContents): Tlvs {
  const tlvs: LocatedTlv[] = [];
  const findings: Finding[] = [];
  if (dac !== undefined) tlvs.push(tlv(TlvType.DEV_CERT, dac, 'dac'));
  if (pai !== undefined) tlvs.push(tlv(TlvType.CA_CERT, pai, 'pai'));
  if (privateKey !== undefined) addKey(privateKey, tlvs, findings);
  if (commissioning !== undefined) addCommissionable(commissioning, tlvs, findings);
  if (random !== undefined) {
    const [first, second] = random;
    tlvs.push(tlv(TlvType.MATTER_1, first, 'random[0]', MatterSubtype.RANDOM_1));
    tlvs.push(tlv(TlvType.MATTER_1, second, 'random[1]', MatterSubtype.RANDOM_2));
  }
  for (const [index, { type, subtype = 0, data }] of custom.entries()) {
    const field = `custom[${index}]`;
    if (isAvailable(type, subtype)) tlvs.push(tlv(type, data, field, subtype));
    else findings.push(finding('secure-cert.type-reserved', { type, subtype }, { field }));
  }
  return { tlvs, findings };
}

function addKey(key: SecureCertKey, tlvs: LocatedTlv[], findings: Finding[]): void {
  if (key.form === 'sec1') {
    tlvs.push(tlv(TlvType.PRIV_KEY, key.der, 'privateKey.der'));
    return;
  }
  const field = 'privateKey.keyBlock';
  const isBlock = KEY_BLOCKS.includes(key.keyBlock);
  if (!isBlock) {
    const params = { block: key.keyBlock, allowed: KEY_BLOCKS };
    findings.push(finding('secure-cert.efuse-block-invalid', params, { field }));
  }
  const secCfg = new Uint8Array(SEC_CFG_LENGTH);
  secCfg[0] = EFUSE_BLK_KEY0 + (isBlock ? key.keyBlock : 0);
  tlvs.push({ ...tlv(TlvType.PRIV_KEY, new Uint8Array(), field), flags: KEY_ECDSA_PERIPHERAL });
  tlvs.push(tlv(TlvType.SEC_CFG, secCfg, field));
}

function addCommissionable(
  values: Partial<SecureCertCommissioning>,
  tlvs: LocatedTlv[],
  findings: Finding[],
): void {
  const add = (subtype: number, name: string, data: Uint8Array | undefined) => {
    if (data !== undefined) tlvs.push(tlv(TlvType.MATTER_1, data, `commissioning.${name}`, subtype));
  };
  // a number too large for its field would be stored as another one
  const fits = (name: 'discriminator' | 'iterations', limit: number, allowed: string, instead: number) => {
    const found = values[name];
    if (found === undefined || (Number.isInteger(found) && found >= 0 && found <= limit)) return found;
    const params = { entry: name, found, unit: '', allowed };
    const field = `commissioning.${name}`;
    findings.push(finding('secure-cert.matter-value-invalid', params, { field }));
    return instead;
  };
  const discriminator = fits('discriminator', 0xffff, '0 to 4095', 0);
  const iterations = fits('iterations', 0xffffffff, '1000 to 100000', 1000);
  add(MatterSubtype.DISCRIMINATOR, 'discriminator', littleEndian(discriminator, 2));
  add(MatterSubtype.VERIFIER, 'verifier', values.verifier);
  add(MatterSubtype.SALT, 'salt', values.salt);
  add(MatterSubtype.ITERATIONS, 'iterations', littleEndian(iterations, 4));
  add(MatterSubtype.RD_ID_UID, 'rotatingDeviceIdUniqueId', values.rotatingDeviceIdUniqueId);
}

function littleEndian(value: number | undefined, length: 2 | 4): Uint8Array | undefined {
  if (value === undefined) return undefined;
  const data = new Uint8Array(4);
  new DataView(data.buffer).setUint32(0, value, true);
  return data.subarray(0, length);
}

function tlv(type: number, data: Uint8Array, field: string, subtype = 0): LocatedTlv {
  const where: Where = { field };
  return { type, subtype, flags: 0, data, where, intact: true };
}
