/**
 * Checks entries, before they are written or after they were read, against what the firmware expects.
 * Sources: espressif/esp_secure_cert_mgr, srcs/esp_secure_cert_tlv_read.c; project-chip/connectedhomeip,
 * src/platform/ESP32/ESP32SecureCertDACProvider.cpp; Matter Core Specification, 3.9 (salt, iterations),
 * 3.10 (verifier) and 5.1 (discriminator).
 */

import type { Finding, Where } from '../errors/factory-error';
import { secureCertErrors } from '../errors/secure-cert';
import {
  EFUSE_BLK_KEY0,
  ERASED_FLAGS,
  hmacProtection,
  KEY_BLOCKS,
  KEY_ECDSA_PERIPHERAL,
  KEY_FLAGS,
  MatterSubtype,
  SEC_CFG_LENGTH,
  SUBTYPE_MAX,
  TlvType,
  type TlvValue,
  tlvName,
} from './layout';
import { certificateProblem, sec1KeyProblem } from './values';

const { finding } = secureCertErrors;

/** An entry with its source location, and whether the device would read it at all. */
export interface LocatedTlv extends TlvValue {
  readonly where: Where;
  readonly intact: boolean;
}

const MATTER_DATA = [
  MatterSubtype.DISCRIMINATOR,
  MatterSubtype.VERIFIER,
  MatterSubtype.SALT,
  MatterSubtype.ITERATIONS,
  MatterSubtype.RD_ID_UID,
];
const MATTER_SUBTYPES: readonly number[] = Object.values(MatterSubtype);
const ATTESTATION = [TlvType.DEV_CERT, TlvType.CA_CERT, TlvType.PRIV_KEY];

/** All problems that the firmware would have, entry by entry, then missing entries. */
export function tlvFindings(tlvs: readonly LocatedTlv[]): Finding[] {
  const seen = new Set<number>();
  const findings: Finding[] = [];
  for (const tlv of tlvs) {
    const { type, subtype } = tlv;
    const id = type * 256 + subtype;
    if (seen.has(id)) {
      findings.push(
        finding('secure-cert.entry-duplicate', { entry: tlvName(type, subtype), type, subtype }, tlv.where),
      );
    }
    seen.add(id);
    if (ATTESTATION.includes(type as (typeof ATTESTATION)[number]) && subtype !== 0)
      findings.push(
        finding('secure-cert.subtype-other', { entry: tlvName(type, 0), subtype }, tlv.where, 'warning'),
      );
    if (tlv.intact) findings.push(...valueFindings(tlv));
  }
  return [...findings, ...missingFindings(tlvs)];
}

function valueFindings(tlv: LocatedTlv): Finding[] {
  const entry = tlvName(tlv.type, tlv.subtype);
  const flagFindings = flagsFindings(tlv);
  if (hmacProtection(tlv.flags) !== undefined) return flagFindings;
  return [...flagFindings, ...dataFindings(tlv, entry)];
}

/** Findings about the flags of an entry: data that cannot be checked, and bits without meaning. */
export function flagsFindings(tlv: LocatedTlv): Finding[] {
  const { type, subtype, flags, where } = tlv;
  const entry = tlvName(type, subtype);
  const protection = hmacProtection(flags);
  if (protection !== undefined)
    return [finding('secure-cert.hmac-protected', { entry, protection }, where, 'warning')];
  const knownFlags = type === TlvType.PRIV_KEY ? KEY_ECDSA_PERIPHERAL : 0;
  return flags === ERASED_FLAGS || (flags & ~knownFlags) === 0
    ? []
    : [finding('secure-cert.flags-unexpected', { entry, flags }, where, 'warning')];
}

function dataFindings(tlv: LocatedTlv, entry: string): Finding[] {
  const { type, subtype, data, where } = tlv;
  switch (type) {
    case TlvType.CA_CERT:
    case TlvType.DEV_CERT: {
      const reason = certificateProblem(data);
      return reason === undefined
        ? []
        : [finding('secure-cert.certificate-invalid', { entry, reason }, where)];
    }
    case TlvType.PRIV_KEY:
      return keyFindings(tlv);
    case TlvType.SEC_CFG: {
      const block = (data[0] ?? 0) - EFUSE_BLK_KEY0;
      return data.length === SEC_CFG_LENGTH && KEY_BLOCKS.includes(block)
        ? []
        : [finding('secure-cert.efuse-block-invalid', { block, allowed: KEY_BLOCKS }, where)];
    }
    case TlvType.MATTER_1:
      return matterFindings(subtype, data, entry, where);
    default:
      return isAvailable(type, subtype) || type <= TlvType.INTEGRITY
        ? []
        : [finding('secure-cert.type-reserved', { type, subtype }, where, 'warning')];
  }
}

/** Whether custom data may have this type and subtype. */
export function isAvailable(type: number, subtype: number): boolean {
  const isByte = (value: number, from: number, below: number) =>
    Number.isInteger(value) && value >= from && value < below;
  const isMatter = type === TlvType.MATTER_1 && MATTER_SUBTYPES.includes(subtype);
  return isByte(type, TlvType.USER_DATA_1, TlvType.MAX) && isByte(subtype, 0, SUBTYPE_MAX) && !isMatter;
}

/** Whether an entry is a private key that is in an eFuse block. */
export function isPeripheralKey(tlv: TlvValue): boolean {
  return tlv.type === TlvType.PRIV_KEY && (tlv.flags & KEY_FLAGS) === KEY_ECDSA_PERIPHERAL;
}

function keyFindings(tlv: LocatedTlv): Finding[] {
  const { data, where } = tlv;
  if (isPeripheralKey(tlv)) {
    return data.length === 0 ? [] : [finding('secure-cert.key-exposed', { length: data.length }, where)];
  }
  const reason = sec1KeyProblem(data);
  return reason === undefined ? [] : [finding('secure-cert.key-not-sec1', { reason }, where)];
}

function matterFindings(subtype: number, data: Uint8Array, entry: string, where: Where): Finding[] {
  const wrong = (found: number, unit: string, allowed: string) => [
    finding('secure-cert.matter-value-invalid', { entry, found, unit, allowed }, where),
  ];
  const lengthBetween = (least: number, most: number) =>
    data.length >= least && data.length <= most
      ? []
      : wrong(data.length, ' bytes long', least === most ? `${least}` : `${least} to ${most}`);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  switch (subtype) {
    case MatterSubtype.DISCRIMINATOR: {
      if (data.length !== 2) return lengthBetween(2, 2);
      const value = view.getUint16(0, true);
      return value <= 0xfff ? [] : wrong(value, '', '0 to 4095');
    }
    case MatterSubtype.VERIFIER:
      return lengthBetween(97, 97);
    case MatterSubtype.SALT:
      return lengthBetween(16, 32);
    case MatterSubtype.ITERATIONS: {
      if (data.length !== 4) return lengthBetween(4, 4);
      const value = view.getUint32(0, true);
      return value >= 1000 && value <= 100000 ? [] : wrong(value, '', '1000 to 100000');
    }
    case MatterSubtype.RD_ID_UID:
      return lengthBetween(16, 16);
    case MatterSubtype.RANDOM_1:
    case MatterSubtype.RANDOM_2:
      return lengthBetween(32, 32);
    default:
      return [];
  }
}

function missingFindings(tlvs: readonly LocatedTlv[]): Finding[] {
  const has = (type: number, subtype: number) =>
    tlvs.some((tlv) => tlv.type === type && tlv.subtype === subtype);
  const missing = (type: number) => finding('secure-cert.entry-missing', { entry: tlvName(type, 0) });

  const findings: Finding[] = [];
  const absentMatter = MATTER_DATA.filter((subtype) => !has(TlvType.MATTER_1, subtype));
  const hasMatter = absentMatter.length < MATTER_DATA.length;
  const hasAttestation = ATTESTATION.some((type) => has(type, 0));
  if (hasAttestation || !hasMatter) {
    findings.push(...ATTESTATION.filter((type) => !has(type, 0)).map(missing));
  }
  const needsBlock = tlvs.some((tlv) => tlv.subtype === 0 && isPeripheralKey(tlv));
  if (needsBlock && !has(TlvType.SEC_CFG, 0)) findings.push(missing(TlvType.SEC_CFG));
  if (hasMatter && absentMatter.length > 0) {
    findings.push(
      finding('secure-cert.matter-incomplete', {
        missing: absentMatter.map((subtype) => tlvName(TlvType.MATTER_1, subtype)),
      }),
    );
  }
  return findings;
}
